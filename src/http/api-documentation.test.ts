import { OpenAPIHono } from '@hono/zod-openapi'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { modules } from '#/modules.ts'
import type { AppEnv } from '#http/context.ts'
import { locales } from '#kernel/locale.ts'
import { version } from '#kernel/version.ts'
import { type TestApp, testApp } from '../../test/app.ts'
import { aNetwork, aPage, aToken, somePages } from '../../test/factories.ts'

interface Operation {
  operationId: string
  summary: string
  tags: string[]
  security?: Record<string, string[]>[]
  parameters?: { name: string; in: string; required?: boolean; schema: object }[]
  responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>
}

interface Document {
  openapi: string
  info: { title: string; version: string }
  servers: { url: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, object>; securitySchemes: Record<string, object> }
}

let site: TestApp
let document: Document
let key: string
let importId: string

beforeAll(async () => {
  site = await testApp()
  const network = await aNetwork(site.database, { slug: 'fil', summary: { fr: 'Un réseau' } })
  await somePages(site.database, network, {
    'a.md': aPage('Un four solaire', {
      geography: "Côte d'Ivoire",
      sdgs: 'sdg07',
      thematic_areas: 'énergie',
    }),
    'b.md': aPage('Sans rien', {}, ''),
  })
  key = await aToken(site.database, network, ['commons:read', 'commons:write'])
  document = (await (await site.get('/api/openapi.json')).json()) as Document
  const headers = { authorization: `Bearer ${key}` }
  const sent = await site.app.request('/api/networks/fil/commons/imports?name=c.md', {
    method: 'POST',
    headers,
    body: aPage('C'),
  })
  importId = ((await sent.json()) as { id: string }).id
})

afterAll(() => site.close())

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )

test('it is OpenAPI 3.1, of this program, at this address', () => {
  expect(document.openapi).toMatch(/^3\.1\.\d+$/)
  expect(document.info).toMatchObject({ title: 'Cordée', version })
  expect(document.servers).toEqual([{ url: 'http://localhost/api' }])
})

test('every route of the API is in it, and nothing else', () => {
  const served = site.app.routes
    .filter(
      ({ method, path }) => path.startsWith('/api/') && method !== 'ALL' && path !== '/api/openapi.json',
    )
    .map(({ method, path }) => `${method} ${path.replace(/:([a-z]+)(?:\{.*?\})?/gi, '{$1}')}`)
  const described = operations().map(({ method, path }) => `${method.toUpperCase()} /api${path}`)
  expect(described.sort()).toEqual([...new Set(served)].sort())
})

test('every operation is whole', () => {
  const names = new Set<string>()
  for (const { path, method, operation } of operations()) {
    const name = `${method} ${path}`
    expect(method, name).toMatch(/^(?:get|post|put|patch|delete)$/)
    expect(operation.operationId, name).toMatch(/^[a-z]+(?:[A-Z][a-z]+)+$/)
    names.add(operation.operationId)
    expect(operation.summary, name).toBeTruthy()
    expect(operation.tags, name).toHaveLength(1)
    const placed = [...path.matchAll(/\{([^}]+)\}/g)].map(match => match[1]).sort()
    const declared = (operation.parameters ?? []).filter(parameter => parameter.in === 'path')
    expect(declared.map(parameter => parameter.name).sort(), name).toEqual(placed)
    expect(
      declared.every(parameter => parameter.required === true),
      name,
    ).toBe(true)
    for (const parameter of operation.parameters ?? []) expect(parameter.schema, name).toBeTypeOf('object')
    expect(
      Object.keys(operation.responses).some(status => status.startsWith('2')),
      name,
    ).toBe(true)
    for (const [status, response] of Object.entries(operation.responses)) {
      expect(status, name).toMatch(/^[2-5]\d\d$/)
      expect(response.description, name).toBeTruthy()
      if (Number(status) >= 400)
        expect(Object.keys(response.content ?? {}), name).toEqual(['application/problem+json'])
    }
  }
  expect(names.size).toBe(operations().length)
})

test('the names of the operations stay: programs are written with them', () => {
  expect(operations().map(({ operation }) => operation.operationId)).toContain('getNetworks')
  expect(operations().map(({ operation }) => operation.operationId)).toContain(
    'postNetworksNetworkCommonsImports',
  )
})

test('what needs a key says so, and what says so knows the scheme', () => {
  const { securitySchemes } = document.components
  expect(securitySchemes.token).toMatchObject({ type: 'http', scheme: 'bearer' })
  for (const { path, method, operation } of operations()) {
    const needs = operation.security ?? []
    for (const need of needs)
      for (const scheme of Object.keys(need)) expect(securitySchemes).toHaveProperty(scheme)
    if (path.includes('{network}'))
      expect(
        needs.some(need => 'token' in need),
        `${method} ${path}`,
      ).toBe(true)
    if (method !== 'get')
      expect(
        needs.every(need => 'token' in need),
        `${method} ${path}`,
      ).toBe(true)
  }
})

test('every reference leads somewhere', () => {
  const references = JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)
  for (const [, reference = ''] of references) {
    const found = reference
      .replace(/^#\//, '')
      .split('/')
      .reduce<unknown>((value, word) => (value as Record<string, unknown> | undefined)?.[word], document)
    expect(found, reference).toBeTypeOf('object')
  }
})

describe('real answers are as described', () => {
  test.each([
    ['/networks', '/networks'],
    ['/networks/{network}/commons/items', '/networks/fil/commons/items?limit=1'],
    ['/networks/{network}/commons/items', '/networks/fil/commons/items?q=four'],
    ['/networks/{network}/commons/facets', '/networks/fil/commons/facets'],
    ['/networks/{network}/commons/items/{slug}', '/networks/fil/commons/items/un-four-solaire'],
    ['/networks/{network}/commons/items/{slug}', '/networks/fil/commons/items/sans-rien'],
    ['/networks/{network}/commons/places', '/networks/fil/commons/places'],
    ['/networks/{network}/commons/imports', '/networks/fil/commons/imports'],
    ['/networks/{network}/commons/imports/{id}', '/networks/fil/commons/imports/ID'],
  ])('%s', async (path, address) => {
    const response = await site.get(`/api${address.replace('ID', importId)}`, {
      authorization: `Bearer ${key}`,
    })
    const type = response.headers.get('content-type')?.split(';')[0] ?? ''
    expect(response.status).toBe(200)
    expect(Object.keys(document.paths[path]?.get?.responses['200']?.content ?? {})).toEqual([type])
    schemaOf(path, 'get', 200, type).parse(await response.json())
  })

  test('errors too', async () => {
    for (const [address, status] of [
      ['/networks/none/commons/items', 404],
      ['/networks/fil/commons/items?limit=0', 422],
    ] as const) {
      const response = await site.get(`/api${address}`)
      const type = 'application/problem+json'
      expect(response.headers.get('content-type')).toBe(type)
      schemaOf('/networks/{network}/commons/items', 'get', status, type).parse(await response.json())
    }
  })

  test('each as it was declared: nothing more is told than what is described', async () => {
    const response = await site.get('/api/networks/fil/commons/items/un-four-solaire')
    const told = (await response.json()) as object
    const schema = schemaOf('/networks/{network}/commons/items/{slug}', 'get', 200, 'application/json')
    expect(Object.keys(schema.parse(told) as object).sort()).toEqual(Object.keys(told).sort())
  })
})

describe('the page for people', () => {
  test('shows every operation, in every language', async () => {
    for (const locale of locales) {
      const response = await site.get('/api', { 'accept-language': locale })
      expect(response.status).toBe(200)
      const html = await response.text()
      expect(html).toContain(`<html lang="${locale}"`)
      for (const { path, method, operation } of operations()) {
        expect(html).toContain(`${method.toUpperCase()} /api${path}`)
        expect(html).toContain(operation.summary)
        for (const parameter of operation.parameters ?? [])
          expect(html).toContain(`<code>${parameter.name}</code>`)
      }
    }
  })

  test('explains every error that a problem document points to', async () => {
    const html = await (await site.get('/api')).text()
    for (const path of ['/api/none', '/api/networks/fil/commons/items?limit=0']) {
      const { type } = (await (await site.get(path)).json()) as { type: string }
      expect(html).toContain(`id="${new URL(type).hash.slice(1)}"`)
    }
  })
})

/** The schema that the route was declared with. */
function schemaOf(path: string, method: string, status: number, type: string): z.ZodType {
  const api = new OpenAPIHono<AppEnv>()
  for (const module of modules) module.api?.(api)
  for (const definition of api.openAPIRegistry.definitions) {
    if (definition.type !== 'route') continue
    const { route } = definition
    if (route.path !== path || route.method !== method) continue
    const response = route.responses[status]
    const content =
      response && 'content' in response ? response.content?.[type as 'application/json'] : undefined
    if (content && 'schema' in content) return content.schema as z.ZodType
  }
  throw new Error(`${method} ${path} declares no ${status} ${type}`)
}
