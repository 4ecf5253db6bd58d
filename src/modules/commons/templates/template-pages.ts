import { isDeepStrictEqual } from 'node:util'
import type { Hono } from 'hono'
import { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { emptyForm, type FormState, readForm, redirectDone } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { readUploads } from '#http/uploads.ts'
import { AppError } from '#kernel/errors.ts'
import { unlessRefused } from '#modules/commons/collections/refusal.ts'
import { FORM_TYPES } from '#modules/commons/format/page.ts'
import { templateOf, templatesOf, versionsOf } from '#modules/commons/templates/catalogue.ts'
import { readDefinition, writeDefinition } from '#modules/commons/templates/definition.ts'
import { definitionProblemMessage } from '#modules/commons/templates/definition-problem.ts'
import { limits } from '#modules/commons/templates/definition-schema.ts'
import { managesTemplates, placeOf } from '#modules/commons/templates/editing/door.ts'
import { openDraftPages } from '#modules/commons/templates/editing/draft-pages.ts'
import {
  beginDraft,
  draftKeys,
  findDraft,
  type TemplateDraft,
} from '#modules/commons/templates/editing/drafts.ts'
import { keyOfWords } from '#modules/commons/templates/editing/texts-form.ts'
import { isShipped } from '#modules/commons/templates/shipped.ts'
import type { Template } from '#modules/commons/templates/template.ts'
import { TemplatePage } from '#modules/commons/templates/views/template-page.tsx'
import { TemplatesPage } from '#modules/commons/templates/views/templates-page.tsx'
import { entryOf, openPage } from '#modules/network/index.ts'

export function openTemplatePages(app: Hono<AppEnv>): void {
  openPage(app, 'templates', { GET: showTemplates, POST: postTemplate })
  openPage(app, 'templateDefinitions', { POST: postDefinition })
  openPage(app, 'template', { GET: showTemplate })
  openPage(app, 'templateExport', { GET: showExport })
  openPage(app, 'templateVersion', { GET: showTemplate })
  openDraftPages(app)
}

function showTemplates(c: AppContext): Promise<Response> {
  return listPage(c, {})
}

const newTemplate = z.object({
  name: z.string().trim().min(1).max(200),
  type: z.string().refine(type => [...FORM_TYPES].some(one => one === type), { error: 'form.error.choose' }),
})

/** Begins a template of the network's own: with the title of its pages, which every one asks for. */
async function postTemplate(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { i18n, locale } = c.var
  const { value, form } = await readForm(c, newTemplate)
  if (!value) return listPage(c, { adding: form })
  const { name, type } = value
  const key = keyOfWords(name).replace(/^[^a-z]+/, '')
  if (key === '')
    return listPage(c, { adding: { ...form, errors: { name: i18n.t('templates.error.letters') } } })
  const template: Template = {
    ...{ key, version: 1, type, name: { [locale]: name } },
    sections: [
      {
        key: 'beginning',
        heading: { [locale]: i18n.t('templates.new.section') },
        questions: [
          {
            key: 'title',
            ask: { [locale]: i18n.t('templates.new.title') },
            answer: { kind: 'text', most: 300 },
            required: 'network',
          },
        ],
      },
    ],
  }
  const result = await unlessRefused(c, form, () =>
    inTenant(c.var.services.db, entry.tenant, async trx => {
      const known = await templateOf(trx, entry.network.id, key)
      if (known || (await findDraft(trx, entry.network.id, key)))
        throw new AppError('invalid-input', { fields: [{ field: 'name', message: 'templates.error.there' }] })
      await beginDraft(trx, entry, template)
    }),
  )
  if (result.form) return listPage(c, { adding: result.form })
  return redirectDone(c, href('templateDraft', { ...placeOf(c), template: key }), 'template-begun')
}

/** Takes a definition in: nothing is in use before it was looked at. */
async function postDefinition(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { i18n } = c.var
  const refused = (message: string) => listPage(c, { sending: { values: {}, errors: { '': message } } })
  let text: string | null = null
  const { fields } = await readUploads(
    c,
    { files: 1, bytes: limits.definitionBytes * 2 },
    async ({ content }) => {
      const chunks: Uint8Array[] = []
      for await (const chunk of content) chunks.push(chunk)
      text = Buffer.concat(chunks).toString('utf8')
    },
  )
  text ??= fields.definition ?? null
  if (text === null || text === '') return refused(i18n.t('templates.upload.none'))
  const reading = readDefinition(text)
  if ('problems' in reading)
    return refused(reading.problems.map(problem => definitionProblemMessage(i18n, problem)).join('\n'))
  const { template } = reading
  const replace = fields.replace === 'on'
  const result = await unlessRefused(c, emptyForm, () =>
    inTenant(c.var.services.db, entry.tenant, async trx => {
      const draft = await findDraft(trx, entry.network.id, template.key)
      if (draft && !replace && !isDeepStrictEqual(draft.template, template)) return draft
      await beginDraft(trx, entry, template, { replace: true })
      return null
    }),
  )
  if (result.form) return refused(Object.values(result.form.errors).join('\n'))
  if (result.done) return listPage(c, { standing: result.done })
  const address = href('templatePublication', { ...placeOf(c), template: template.key })
  return redirectDone(c, address, 'template-read')
}

async function listPage(
  c: AppContext,
  { adding, sending, standing }: { adding?: FormState; sending?: FormState; standing?: TemplateDraft },
): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant } = entry
  const manages = managesTemplates(entry)
  const [templates, drafts] = await readTenant(c.var.services.db, tenant, async trx => [
    await templatesOf(trx, network.id),
    manages ? await draftKeys(trx, network.id) : new Map<string, Template>(),
  ])
  const begun = [...drafts.values()].filter(draft => !templates.some(({ key }) => key === draft.key))
  const listed = [
    ...templates.map(template => ({ template, inUse: true })),
    ...begun.map(template => ({ template, inUse: false })),
  ].map(one => ({
    ...one,
    shipped: one.inUse && isShipped(one.template),
    draft: drafts.has(one.template.key),
  }))
  const status = adding || sending || standing ? 422 : 200
  const forms = { adding: adding ?? emptyForm, sending: sending ?? emptyForm, standing: standing ?? null }
  return page(c, TemplatesPage, { network, templates: listed, manages, ...forms }, { status })
}

/** In its present version, or in the one the address names. */
async function showTemplate(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant } = entry
  const key = c.req.param('template') ?? ''
  const manages = managesTemplates(entry)
  const props = await readTenant(c.var.services.db, tenant, async trx => {
    const current = await templateOf(trx, network.id, key)
    const template = await versionIn(trx, network.id, key, c.req.param('version'))
    if (!current || !template) throw new AppError('not-found')
    const before = numberIn(c.req.query('after'))
    const { versions, more } = await versionsOf(trx, network.id, key, { before })
    const other = numberIn(c.req.query('with'))
    const compared = await comparedWith(trx, network.id, template, c.req.param('version') ? other : undefined)
    return {
      template,
      current: current.version,
      versions,
      next: more ? String(versions.at(-1)?.version) : null,
      compared,
      draft: manages ? await findDraft(trx, network.id, key) : null,
    }
  })
  return page(c, TemplatePage, { network, manages, ...props })
}

async function showExport(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant } = entry
  const key = c.req.param('template') ?? ''
  const file = c.req.param('file') ?? ''
  const format = ['yaml', 'json'].find(one => file === `template.${one}`)
  const version = c.req.query('version')
  const template = format
    ? await readTenant(c.var.services.db, tenant, async trx =>
        version === 'draft' && managesTemplates(entry)
          ? (await findDraft(trx, network.id, key))?.template
          : versionIn(trx, network.id, key, version),
      )
    : undefined
  if (!template) throw new AppError('not-found')
  c.header('content-disposition', `attachment; filename="${key}.${format}"`)
  return format === 'json'
    ? c.body(`${JSON.stringify(template, null, 2)}\n`, 200, { 'content-type': 'application/json' })
    : c.body(writeDefinition(template), 200, { 'content-type': 'application/yaml; charset=utf-8' })
}

async function versionIn(
  trx: Trx,
  networkId: string,
  key: string,
  version: string | undefined,
): Promise<Template | undefined> {
  if (version === undefined) return templateOf(trx, networkId, key)
  const number = numberIn(version)
  return number === undefined ? undefined : templateOf(trx, networkId, key, number)
}

/** With the version before it, unless another is asked for. */
async function comparedWith(
  trx: Trx,
  networkId: string,
  template: Template,
  asked: number | undefined,
): Promise<Template | null> {
  if (asked !== undefined) return (await templateOf(trx, networkId, template.key, asked)) ?? null
  const { versions } = await versionsOf(trx, networkId, template.key, { before: template.version, most: 1 })
  const version = versions[0]?.version
  return version === undefined ? null : ((await templateOf(trx, networkId, template.key, version)) ?? null)
}

function numberIn(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,6}$/.test(text) ? Number(text) : undefined
}
