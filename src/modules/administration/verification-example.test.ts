import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { projectFolder } from '#kernel/project.ts'
import { newSecret, signedHeaders } from '#platform/webhooks/signature.ts'
import { verificationExample } from './verification-example.ts'

test('what receivers are shown is what the documentation shows', () => {
  const documentation = readFileSync(join(projectFolder, 'docs/api.md'), 'utf8')
  expect(documentation).toContain(`\`\`\`js\n${verificationExample}\n\`\`\``)
})

test('and knows our messages from all others', async () => {
  const module = `data:text/javascript,${encodeURIComponent(`${verificationExample}\nexport { isFromCordee }`)}`
  const { isFromCordee } = (await import(/* @vite-ignore */ module)) as {
    isFromCordee(headers: object, body: string, secret: string): boolean
  }
  const [secret, other] = [newSecret(), newSecret()]
  const message = { id: 'un-numéro', body: '{"type":"person.added"}' }
  const now = new Date()
  const headers = signedHeaders(message, secret, now)
  expect(isFromCordee(headers, message.body, secret)).toBe(true)
  const renewed = { ...headers, 'webhook-signature': `v1,AAAA ${headers['webhook-signature']}` }
  expect(isFromCordee(renewed, message.body, secret)).toBe(true)
  expect(isFromCordee(headers, message.body, other)).toBe(false)
  expect(isFromCordee(headers, `${message.body} `, secret)).toBe(false)
  expect(isFromCordee({ ...headers, 'webhook-id': 'un autre' }, message.body, secret)).toBe(false)
  const old = signedHeaders(message, secret, new Date(now.getTime() - 600_000))
  expect(isFromCordee(old, message.body, secret)).toBe(false)
})
