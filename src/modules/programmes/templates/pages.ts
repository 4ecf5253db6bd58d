import type { Hono } from 'hono'
import type { Trx } from '#db/database.ts'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { emptyForm, formOf, redirectDone } from '#http/form.ts'
import { rank } from '#http/policies.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { readUploads } from '#http/uploads.ts'
import { AppError } from '#kernel/errors.ts'
import type { Locale } from '#kernel/locale.ts'
import { entryOf, openPage, unlessRefused } from '#modules/network/index.ts'
import {
  choiceOf,
  findTemplate,
  templateChoices,
  templateVersions,
} from '#modules/programmes/templates/catalogue.ts'
import { problemMessage } from '#modules/programmes/templates/problem.ts'
import {
  draftsOf,
  findDraft,
  keepDraft,
  publishDraft,
  removeDraft,
  retireTemplate,
} from '#modules/programmes/templates/publishing.ts'
import { readTemplate, writeTemplate } from '#modules/programmes/templates/reading.ts'
import { limits } from '#modules/programmes/templates/schema.ts'
import { isShipped } from '#modules/programmes/templates/shipped.ts'
import type { ProgrammeTemplate } from '#modules/programmes/templates/template.ts'
import { NewProgrammeTemplatePage } from '#modules/programmes/templates/views/new-template-page.tsx'
import { ProgrammeTemplatePage, type Shown } from '#modules/programmes/templates/views/template-page.tsx'
import { ProgrammeTemplatesPage } from '#modules/programmes/templates/views/templates-page.tsx'
import { textIn } from '#modules/programmes/templates/words.ts'

export function openTemplatePages(app: Hono<AppEnv>): void {
  openPage(app, 'programmeTemplates', { GET: showTemplates, POST: postTemplate })
  openPage(app, 'newProgrammeTemplate', { GET: newTemplate })
  openPage(app, 'programmeTemplate', { GET: showTemplate })
  openPage(app, 'programmeTemplateFile', { GET: showFile })
  openPage(app, 'programmeTemplateVersion', { GET: showTemplate })
  openPage(app, 'programmeTemplateDraft', { GET: showDraft })
  openPage(app, 'programmeTemplateDraftRemoval', { POST: postDraftRemoval })
  openPage(app, 'programmeTemplatePublication', { POST: postPublication })
  openPage(app, 'programmeTemplateRetirement', { POST: postRetirement })
}

async function showTemplates(c: AppContext): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const manages = mayManage(c)
  const found = await readTenant(c.var.services.db, tenant, async trx => ({
    templates: await templateChoices(trx, network.id),
    drafts: manages ? (await draftsOf(trx, network.id)).map(choiceOf) : [],
  }))
  return page(c, ProgrammeTemplatesPage, { network, manages, ...found })
}

/** Empty, or filled with the text of one to adapt. */
async function newTemplate(c: AppContext): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const from = c.req.query('from')
  if (from === undefined)
    return page(c, NewProgrammeTemplatePage, { network, adapted: null, form: emptyForm, problems: [] })
  const template = await readTenant(c.var.services.db, tenant, trx =>
    versionIn(trx, network.id, from, c.req.query('version'), true),
  )
  if (!template) throw new AppError('not-found')
  return page(c, NewProgrammeTemplatePage, {
    network,
    adapted: textIn(template.name, c.var.locale),
    form: formOf({ text: writeTemplate(template) }),
    problems: [],
  })
}

/** Takes a file or a text in: nothing is offered before somebody read it over. */
async function postTemplate(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { i18n, services } = c.var
  const text = await sentText(c)
  const refused = (problems: string[]) => {
    const form = formOf({ text })
    const props = { network: entry.network, adapted: null, form, problems }
    return page(c, NewProgrammeTemplatePage, props, { status: 422 })
  }
  if (text.trim() === '') return refused([i18n.t('programmeTemplate.error.nothing')])
  const reading = readTemplate(text, services.expectations)
  if ('problems' in reading) return refused(reading.problems.map(problem => problemMessage(i18n, problem)))
  const { template } = reading
  const result = await unlessRefused(i18n, emptyForm, () =>
    inTenant(services.db, entry.tenant, trx => keepDraft(trx, entry, template)),
  )
  if (result.form) return refused(Object.values(result.form.errors))
  return redirectDone(
    c,
    href('programmeTemplateDraft', { ...placeOf(c), template: template.key }),
    'programme-template-kept',
  )
}

/** In use, or in the version that the address names. */
async function showTemplate(c: AppContext): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const key = keyOf(c)
  const manages = mayManage(c)
  const found = await readTenant(c.var.services.db, tenant, async trx => {
    const template = await versionIn(trx, network.id, key, c.req.param('version'), false)
    if (!template) throw new AppError('not-found')
    const versions = await templateVersions(trx, network.id, key)
    const inUse = versions.find(({ state }) => state === 'published')?.version === template.version
    return {
      template,
      versions,
      shown: (inUse ? 'in-use' : 'old') as Shown,
      draft: versions.some(({ state }) => state === 'draft'),
    }
  })
  return page(c, ProgrammeTemplatePage, { network, manages, shipped: isShipped(found.template), ...found })
}

async function showDraft(c: AppContext): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const template = await readTenant(c.var.services.db, tenant, trx => findDraft(trx, network.id, keyOf(c)))
  if (!template) throw new AppError('not-found')
  return page(c, ProgrammeTemplatePage, {
    network,
    template,
    shown: 'draft' as const,
    shipped: false,
    manages: true,
    draft: true,
    versions: [],
  })
}

async function showFile(c: AppContext): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const key = keyOf(c)
  const template = await readTenant(c.var.services.db, tenant, trx =>
    versionIn(trx, network.id, key, c.req.query('version'), false),
  )
  if (!template) throw new AppError('not-found')
  c.header('content-disposition', `attachment; filename="${key}.yaml"`)
  return c.body(writeTemplate(template), 200, { 'content-type': 'application/yaml; charset=utf-8' })
}

async function postPublication(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const key = keyOf(c)
  await inTenant(c.var.services.db, entry.tenant, trx => publishDraft(trx, entry, key))
  const address = href('programmeTemplate', { ...placeOf(c), template: key })
  return redirectDone(c, address, 'programme-template-published')
}

async function postDraftRemoval(c: AppContext): Promise<Response> {
  const { network, tenant } = entryOf(c)
  await inTenant(c.var.services.db, tenant, trx => removeDraft(trx, network.id, keyOf(c)))
  return redirectDone(c, href('programmeTemplates', placeOf(c)), 'programme-template-draft-removed')
}

async function postRetirement(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  await inTenant(c.var.services.db, entry.tenant, trx => retireTemplate(trx, entry, keyOf(c)))
  return redirectDone(c, href('programmeTemplates', placeOf(c)), 'programme-template-retired')
}

/** The file where one was sent, else what was typed. */
async function sentText(c: AppContext): Promise<string> {
  let file: string | null = null
  const { fields } = await readUploads(
    c,
    { files: 1, bytes: limits.bytes * 4, text: limits.bytes * 2 },
    async ({ content }) => {
      const chunks: Uint8Array[] = []
      for await (const chunk of content) chunks.push(chunk)
      file = Buffer.concat(chunks).toString('utf8')
    },
  )
  return (file ?? fields.text ?? '').replaceAll('\r\n', '\n')
}

async function versionIn(
  trx: Trx,
  networkId: string,
  key: string,
  version: string | undefined,
  drafts: boolean,
): Promise<ProgrammeTemplate | undefined> {
  if (version === undefined) return findTemplate(trx, networkId, key)
  if (!/^[1-9]\d{0,6}$/.test(version)) return undefined
  const number = Number(version)
  const draft = drafts ? await findDraft(trx, networkId, key) : undefined
  return draft?.version === number ? draft : findTemplate(trx, networkId, key, number)
}

function mayManage(c: AppContext): boolean {
  return rank(entryOf(c).role) >= rank('facilitator')
}

function keyOf(c: AppContext): string {
  return c.req.param('template') ?? ''
}

function placeOf(c: AppContext): { locale: Locale; network: string } {
  return { locale: c.var.locale, network: entryOf(c).network.slug }
}
