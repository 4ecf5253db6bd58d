import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { locales } from '#kernel/locale.ts'
import { type TestApp, testApp } from '../test/app.ts'
import { aNetwork } from '../test/factories.ts'

let site: TestApp

beforeAll(async () => {
  site = await testApp()
  await aNetwork(site.database, { slug: 'fil' })
})

afterAll(() => site.close())

describe('the door', () => {
  test.each([
    ['fr-CA,fr;q=0.9,en;q=0.8', '/fr'],
    ['en-GB', '/en'],
    ['de, es;q=0.5', '/es'],
    ['pt-BR', '/pt'],
    ['en;q=0.2, es;q=0.9', '/es'],
    ['zh', '/fr'],
    ['*', '/fr'],
    ['', '/fr'],
    [';;;,q=', '/fr'],
  ])('leads who reads %s to %s', async (language, address) => {
    const response = await site.get('/', { 'accept-language': language })
    expect(response.status).toBe(302)
    expect(response.headers.get('location')).toBe(address)
    expect(response.headers.get('vary')).toContain('accept-language')
  })
})

describe('the language of an address', () => {
  test('stays, whatever the browser prefers', async () => {
    for (const locale of locales) {
      const response = await site.get(`/${locale}/fil`, { 'accept-language': 'es, en' })
      expect(await response.text()).toContain(`<html lang="${locale}"`)
      expect(response.headers.get('content-language')).toBe(locale)
    }
  })

  test.each([
    '/xx',
    '/xx/fil',
    '/de/fil/commons',
    '/FR/fil',
    '/fr-FR/fil',
    '/frr/fil',
    '/f/fil',
    '/fil',
    '/favicon.ico',
    '/.env',
  ])('%s is none', async path => {
    expect((await site.get(path)).status).toBe(404)
  })
})

describe('a slash at the end', () => {
  test.each([
    ['/fr/', '/fr'],
    ['/fr/fil//', '/fr/fil'],
    ['/fr/fil/commons/?q=a%2Fb&x=1', '/fr/fil/commons?q=a%2Fb&x=1'],
    ['/api/', '/api'],
  ])('%s leads to %s', async (path, address) => {
    const response = await site.get(path)
    expect(response.status).toBe(301)
    expect(response.headers.get('location')).toBe(address)
  })

  test.each([
    '//evil.example/',
    '///evil.example/',
    '//evil.example//',
    '/\\evil.example/',
    '/%2f/evil.example/',
    '/%2Fevil.example/',
    '/%5cevil.example/',
    '/%09/evil.example/',
    '/.//evil.example/',
    '/fr/..//evil.example/',
    '//',
    '///',
    '//?x=//evil.example/',
    '//user:password@evil.example/',
  ])('%s leads to no other site', async path => {
    const response = await site.app.request(new Request(`http://cordee.example${path}`))
    const location = response.headers.get('location')
    if (location === null) return expect(response.status).toBe(404)
    expect(location).not.toBe('')
    expect(new URL(location, 'http://cordee.example/a/b').host).toBe('cordee.example')
    expect(location).toMatch(/^\/(?![/\\])/)
  })

  test('is not followed where something is written', async () => {
    expect((await site.app.request('/fr/fil/', { method: 'POST' })).status).not.toBe(301)
  })
})

test('every answer has a number of its own', async () => {
  const numbers = await Promise.all(
    Array.from({ length: 20 }, async () => (await site.get('/fr')).headers.get('x-request-id')),
  )
  expect(new Set(numbers).size).toBe(20)
})

test('a number that the visitor sends is not believed', async () => {
  const response = await site.get('/fr', { 'x-request-id': 'theirs' })
  expect(response.headers.get('x-request-id')).not.toBe('theirs')
})
