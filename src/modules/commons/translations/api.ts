import { type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Trx } from '#db/database.ts'
import { inTenant, readTenant } from '#db/tenant.ts'
import { problemResponses } from '#http/api-documentation.ts'
import type { AppEnv } from '#http/context.ts'
import { AppError } from '#kernel/errors.ts'
import { json, networkParameter } from '#modules/commons/api-schema.ts'
import { findItem, type Item } from '#modules/commons/items.ts'
import { isLanguage } from '#modules/commons/translations/languages.ts'
import { passageHash } from '#modules/commons/translations/passages.ts'
import { translatedJson } from '#modules/commons/translations/translated-page.ts'
import {
  beginTranslation,
  comparisonOf,
  findTranslation,
  saveTranslation,
  translationsOf,
} from '#modules/commons/translations/translations.ts'
import { apiRoute, entryOf } from '#modules/network/index.ts'

const tags = ['Commons']

const translation = z
  .object({
    translationOf: z.object({
      id: z.uuid(),
      slug: z.string(),
      fileName: z.string(),
      version: z.number().int(),
    }),
    language: z.string(),
    originalLanguage: z.string().nullable(),
    writtenAt: z.iso.datetime(),
    passages: z.array(
      z.object({
        path: z.string(),
        kind: z.enum(['title', 'heading', 'question', 'prose']),
        original: z.string(),
        text: z.string().nullable().openapi({ description: 'Markdown; null: not translated' }),
        state: z.enum(['current', 'changed', 'missing', 'given']).openapi({
          description: '`changed`: the original is another since; `given`: by the template of the page',
        }),
      }),
    ),
  })
  .openapi('Translation')

const one = networkParameter.extend({
  slug: z.string(),
  language: z.string().openapi({ description: 'ISO 639-1', example: 'fr' }),
})

const getTranslations = apiRoute('commons:read', {
  tags,
  method: 'get',
  path: '/networks/{network}/commons/items/{slug}/translations',
  summary: 'In which languages an item can be had',
  request: { params: networkParameter.extend({ slug: z.string() }) },
  responses: {
    200: json(
      z.object({
        translations: z.array(
          z.object({
            language: z.string(),
            state: z.enum(['draft', 'shared']),
            title: z.string().nullable(),
            writtenAt: z.iso.datetime(),
          }),
        ),
      }),
      'To the public, those that are shared',
    ),
  },
})

const getTranslation = apiRoute('commons:read', {
  tags,
  method: 'get',
  path: '/networks/{network}/commons/items/{slug}/translations/{language}',
  summary: 'A translation of an item, passage by passage',
  request: { params: one },
  responses: { 200: json(translation, 'The translation') },
})

const putTranslation = apiRoute('commons:contribute', {
  tags,
  method: 'put',
  path: '/networks/{network}/commons/items/{slug}/translations/{language}',
  summary: 'Translate passages of an item',
  description:
    'Begins the translation where there is none; passages not named stay as they are, an empty text takes one away. A passage is named as `getTranslation` does, with the text it translates: has the original changed meanwhile, it is not kept.',
  request: {
    params: one,
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.object({
            passages: z
              .array(
                z.object({
                  path: z.string().min(1).max(320),
                  original: z.string().max(200_000),
                  text: z.string().max(200_000),
                }),
              )
              .min(1)
              .max(1_000),
          }),
        },
      },
    },
  },
  responses: {
    200: json(
      z.object({ saved: z.array(z.string()), outdated: z.array(z.string()) }),
      'What was kept, and what was not because the original is another now',
    ),
    ...problemResponses(400, 422),
  },
})

export function translationsApi(api: OpenAPIHono<AppEnv>): void {
  api.openapi(getTranslations, async c => {
    const { network, tenant } = entryOf(c)
    const found = await readTenant(c.var.services.db, tenant, async trx => {
      const item = await required(trx, network.id, c.req.param('slug'))
      return translationsOf(trx, network.id, item.id)
    })
    const translations = found.map(({ language, state, title, writtenAt }) => ({
      language,
      state,
      title,
      writtenAt: writtenAt.toISOString(),
    }))
    return c.json({ translations }, 200)
  })

  api.openapi(getTranslation, async c => {
    const { network, tenant } = entryOf(c)
    const language = languageOf(c.req.param('language'))
    const found = await readTenant(c.var.services.db, tenant, async trx => {
      const item = await required(trx, network.id, c.req.param('slug'))
      const kept = await findTranslation(trx, network.id, item.id, language)
      if (!kept) throw new AppError('not-found')
      const { passages } = await comparisonOf(trx, network.id, item, language)
      return translatedJson(item, kept, passages)
    })
    return c.json(found, 200)
  })

  api.openapi(putTranslation, async c => {
    const entry = entryOf(c)
    const { network, tenant } = entry
    const language = languageOf(c.req.param('language'))
    const { passages } = c.req.valid('json')
    const { saved, outdated } = await inTenant(c.var.services.db, tenant, async trx => {
      const item = await required(trx, network.id, c.req.param('slug'))
      await beginTranslation(trx, entry, item, language)
      const { passages: known } = await comparisonOf(trx, network.id, item, language)
      const now = new Map(known.map(({ passage, kept }) => [passage.path, kept?.text ?? '']))
      const changes = passages.map(({ path, original, text }) => {
        const seen = now.get(path) ?? ''
        return {
          path,
          text,
          source: passageHash(original),
          seen: seen === '' ? '' : passageHash(seen),
          holds: true,
        }
      })
      return saveTranslation(trx, entry, item, language, changes)
    })
    return c.json({ saved, outdated }, 200)
  })
}

async function required(trx: Trx, networkId: string, slug: string): Promise<Item> {
  const item = await findItem(trx, networkId, slug)
  if (!item) throw new AppError('not-found')
  return item
}

function languageOf(given: string): string {
  if (!isLanguage(given)) throw new AppError('not-found')
  return given
}
