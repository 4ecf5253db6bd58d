import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readTenant } from '#db/tenant.ts'
import { fileResponse } from '#http/file-response.ts'
import { AppError } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { findFile } from '#platform/files/files.ts'
import { picture } from '#platform/files/pictures.ts'
import { objectKey } from '#platform/files/storage.ts'
import { aFile, s3Server, storageKinds } from '#platform/files/testing.ts'
import { listening, type TestApp, type TestSite, testApp } from '../../test/app.ts'

describe.each(storageKinds)('a file sent from %s', kind => {
  let app: TestApp
  let site: TestSite
  let close = async () => {}
  const networkId = newId()
  const path = (id: string) => `/fr/files/${networkId}/${id}`
  const keep = (options: Parameters<typeof aFile>[3]) =>
    aFile(app.database.db, app.services.storage, networkId, { attached: true, ...options })
  const get = (id: string, headers: Record<string, string> = {}, query = '') =>
    fetch(`${site.url}${path(id)}${query}`, { headers })

  beforeAll(async () => {
    let env: Record<string, string> = {}
    if (kind === 's3') {
      const folder = mkdtempSync(join(tmpdir(), 'cordee-s3-'))
      const { config, close: stop } = await s3Server(folder)
      env = {
        S3_ENDPOINT: config.endpoint,
        S3_BUCKET: config.bucket,
        S3_REGION: config.region,
        S3_ACCESS_KEY_ID: config.accessKeyId,
        S3_SECRET_ACCESS_KEY: config.secretAccessKey,
      }
      close = async () => {
        await stop()
        rmSync(folder, { recursive: true, force: true })
      }
    }
    app = await testApp({ env })
    app.app.get('/fr/files/:network/:id', async c => {
      const { network, id } = c.req.param()
      const audience = c.req.header('authorization') === 'inside' ? 'network' : 'public'
      const file = await readTenant(app.database.db, { networkId: network, audience }, trx =>
        findFile(trx, network, id),
      )
      if (!file) throw new AppError('not-found')
      const preview = { '320': 320, '960': 960 }[c.req.query('preview') ?? ''] as 320 | 960 | undefined
      return fileResponse(c, file, { ...(preview && { preview }), download: c.req.query('download') === '1' })
    })
    site = await listening(app)
  })

  afterAll(async () => {
    await site.close()
    await app.close()
    await close()
  })

  test('is for saving, and can do nothing in the name of the site', async () => {
    const page = '<!doctype html><script>alert(1)</script>'
    const { id } = await keep({ name: 'Énergie "1".html', content: page, visibility: 'public' })
    const answer = await get(id)
    expect(answer.status).toBe(200)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': String(page.length),
      'content-disposition': `attachment; filename="Energie _1_.html"; filename*=UTF-8''%C3%89nergie%20%221%22.html`,
      'content-security-policy': "sandbox; default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'cross-origin',
      'cache-control': 'public, max-age=86400, immutable',
      'accept-ranges': 'bytes',
    })
    expect(answer.headers.has('x-stream')).toBe(false)
    expect(await answer.text()).toBe(page)
  })

  test.each([
    ['%PDF-1.7\n', 'a.pdf', 'application/pdf'],
    ['a;b\n', 'a.csv', 'text/csv; charset=utf-8'],
    ['text', 'a.txt', 'text/plain; charset=utf-8'],
    ['PK\x05\x06'.padEnd(22, '\0'), 'a.zip', 'application/octet-stream'],
    ['<svg xmlns="http://www.w3.org/2000/svg"/>', 'a.svg', 'application/octet-stream'],
  ])('%j is called %s, and %s', async (content, name, type) => {
    const { id } = await keep({ name, content, visibility: 'public' })
    const answer = await get(id, { 'accept-encoding': 'gzip, br' })
    expect(answer.headers.get('content-type')).toBe(type)
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; /)
    expect(answer.headers.has('content-encoding')).toBe(false)
    expect(await answer.text()).toBe(content)
  })

  test('a picture is shown in the page, small or whole, or saved', async () => {
    const file = await keep({
      name: 'x.png',
      content: await picture('png'),
      purpose: 'logo',
      visibility: 'public',
    })
    const seen = async (query: string) => {
      const { headers } = await get(file.id, {}, query)
      return [headers.get('content-type'), headers.get('content-disposition'), headers.get('etag')]
    }
    const [whole, small, middle, saved] = [
      await seen(''),
      await seen('?preview=320'),
      await seen('?preview=960'),
      await seen('?download=1'),
    ]
    expect(whole).toEqual(['image/png', 'inline; filename="x.png"', expect.any(String)])
    expect(small).toEqual(['image/webp', 'inline; filename="x-320.webp"', expect.any(String)])
    expect(saved).toEqual(['image/png', 'attachment; filename="x.png"', expect.any(String)])
    expect(new Set([whole[2], small[2], middle[2]]).size).toBe(3)
  })

  test('that is not public is for its people alone, in their own cache alone', async () => {
    const { id } = await keep({ visibility: 'network' })
    expect((await get(id)).status).toBe(404)
    const answer = await get(id, { authorization: 'inside' })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('cache-control')).toBe('private, max-age=3600, immutable')
    expect(answer.headers.get('vary')).toContain('cookie')
    expect(answer.headers.get('cross-origin-resource-policy')).toBe('same-origin')
    expect((await get(newId())).status).toBe(404)
  })

  test('is not sent again to who has it', async () => {
    const { id } = await keep({ visibility: 'public' })
    const etag = (await get(id)).headers.get('etag') ?? ''
    const again = await get(id, { 'if-none-match': `W/"x", ${etag}` })
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag])
    expect((await get(id, { 'if-none-match': '"x"' })).status).toBe(200)
  })

  test('can be asked for in part, one part at a time', async () => {
    const { id } = await keep({ content: '0123456789', visibility: 'public' })
    const part = async (range: string, more = {}) => {
      const answer = await get(id, { range, ...more })
      return [answer.status, answer.headers.get('content-range'), await answer.text()]
    }
    expect(await part('bytes=2-4')).toEqual([206, 'bytes 2-4/10', '234'])
    expect(await part('bytes=7-')).toEqual([206, 'bytes 7-9/10', '789'])
    expect(await part('bytes=-2')).toEqual([206, 'bytes 8-9/10', '89'])
    expect(await part('bytes=0-1,4-5')).toEqual([200, null, '0123456789'])
    expect(await part('bytes=10-')).toEqual([416, 'bytes */10', ''])
    const etag = (await get(id)).headers.get('etag') ?? ''
    expect(await part('bytes=2-4', { 'if-range': etag })).toEqual([206, 'bytes 2-4/10', '234'])
    expect(await part('bytes=2-4', { 'if-range': '"older"' })).toEqual([200, null, '0123456789'])
  })

  test('HEAD tells the size and opens nothing', async () => {
    const { id } = await keep({ content: '0123456789', visibility: 'public' })
    const answer = await fetch(site.url + path(id), { method: 'HEAD' })
    expect([answer.status, answer.headers.get('content-length')]).toEqual([200, '10'])
  })

  test('that the storage has lost is not there, and says so', async () => {
    const { id } = await keep({ visibility: 'public' })
    await app.services.storage.remove(objectKey(networkId, id))
    const answer = await get(id, { accept: 'text/html' })
    expect(answer.status).toBe(404)
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })
})
