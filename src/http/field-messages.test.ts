import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { fieldErrors } from '#http/field-messages.ts'
import { locales } from '#kernel/locale.ts'
import { i18nFor, messages } from '#platform/i18n/i18n.ts'
import { type TestApp, testApp } from '../../test/app.ts'
import { aNetwork, aPage, somePages } from '../../test/factories.ts'

let site: TestApp

beforeAll(async () => {
  site = await testApp()
  const network = await aNetwork(site.database, { slug: 'fil' })
  await somePages(site.database, network, { 'a.md': aPage('Un four') })
})

afterAll(() => site.close())

async function errorsOf(address: string, language: string): Promise<Record<string, string>> {
  const response = await site.get(address, { accept: 'application/json', 'accept-language': language })
  expect(response.status).toBe(422)
  expect(response.headers.get('content-language')).toBe(language)
  const { errors } = (await response.json()) as { errors: { field: string; message: string }[] }
  return Object.fromEntries(errors.map(({ field, message }) => [field, message]))
}

describe('a field that is wrong', () => {
  const items = '/api/networks/fil/commons/items'

  test.each([
    ['en', { sort: /^Invalid option/, limit: /^Too small.*>=1/ }],
    ['fr', { sort: /^Option invalide/, limit: /^Trop petit.*>=1/ }],
    ['es', { sort: /^Opción inválida/, limit: /^Demasiado pequeño.*>=1/ }],
    ['pt', { sort: /^Opção inválida/, limit: /^Demasiado pequeno.*>= 1/ }],
  ])('is explained by its schema in %s', async (language, expected) => {
    const errors = await errorsOf(`${items}?sort=wrong&limit=0`, language)
    expect(errors).toEqual({
      sort: expect.stringMatching(expected.sort),
      limit: expect.stringMatching(expected.limit),
    })
  })

  test('is told from one that is missing', async () => {
    expect((await errorsOf(`${items}?limit=abc`, 'fr')).limit).toMatch(
      /nombre attendu, chaîne de caractères reçu/,
    )
  })

  test('is explained in the language of each request, however many come at once', async () => {
    const many = Array.from({ length: 12 }, (_, index) => locales[index % 4] ?? 'fr')
    const said = await Promise.all(many.map(async one => (await errorsOf(`${items}?limit=0`, one)).limit))
    expect(new Set(said).size).toBe(4)
    for (const [index, message] of said.entries()) expect(message).toBe(said[index % 4])
  })

  test('says of which type it is', () => {
    const schema = z.object({ list: z.array(z.object({ count: z.number() })) })
    const given = { list: [{ count: 'x' }, {}] }
    const { error } = schema.safeParse(given)
    if (!error) throw new Error('It was taken')
    expect(fieldErrors(i18nFor('fr'), error, given)).toEqual([
      { field: 'list.0.count', message: expect.stringMatching(/nombre attendu, chaîne de caractères reçu/) },
      { field: 'list.1.count', message: expect.stringMatching(/nombre attendu, indéfini reçu/) },
    ])
  })

  test('is explained by the message that its schema names', () => {
    const schema = z.object({ slug: z.string().regex(/^[a-z]+$/, { error: 'form.error.slug' }) })
    const { error } = schema.safeParse({ slug: 'É' })
    if (!error) throw new Error('It was taken')
    for (const locale of locales)
      expect(fieldErrors(i18nFor(locale), error, { slug: 'É' })).toEqual([
        { field: 'slug', message: messages[locale]['form.error.slug'] },
      ])
  })

  test('is explained by the domain in the same language', async () => {
    const themes = new URLSearchParams(Array.from({ length: 21 }, (_, index) => ['theme', `${index}`]))
    expect(await errorsOf(`${items}?${themes}`, 'fr')).toEqual({
      theme: '20 valeurs au plus, de 200 caractères chacune.',
    })
    expect(await errorsOf(`${items}?after=x&sort=title`, 'es')).toEqual({
      after: messages.es['field.cursor'],
    })
    expect((await errorsOf(`${items}?contry=TG`, 'fr')).contry).toMatch(/n’est pas connu.* country/)
    expect(await errorsOf('/api/networks/fil/commons/places?bbox=1,2', 'pt')).toEqual({
      bbox: messages.pt['field.box'],
    })
    expect(await errorsOf(`/fr/fil/commons?sort=x&q=${'a'.repeat(301)}`, 'fr')).toEqual({
      sort: 'Au choix\u00a0: relevance, recent, title, updated.',
      q: expect.stringContaining('300'),
    })
  })
})
