import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { AppEnv } from '#http/context.ts'
import { readForm } from '#http/form.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'

const schema = z.object({
  name: z.string().trim().min(1).max(10),
  email: z.email(),
  colours: z.array(z.enum(['red', 'green'])).min(1),
  count: z.coerce.number().int().min(1).max(5),
  kind: z.enum(['a', 'b']),
})

const app = new Hono<AppEnv>()
app.use(async (c, next) => {
  c.set('i18n', i18nFor('fr'))
  await next()
})
app.onError((error, c) => c.json({ code: (error as { code?: string }).code ?? String(error) }, 418))
app.post('/', async c => c.json(await readForm(c, schema, ['colours'])))

test('reads what is right', async () => {
  const answer = await post('name=Ann&email=a@b.fr&colours=red&colours=green&count=3&kind=a')
  expect(answer.value).toEqual({
    name: 'Ann',
    email: 'a@b.fr',
    colours: ['red', 'green'],
    count: 3,
    kind: 'a',
  })
})

test('says of every field what is wrong, at once, and keeps what was typed', async () => {
  const answer = await post('name=++&email=nul&count=9&kind=c')
  expect(answer.value).toBeNull()
  expect(answer.form?.errors).toEqual({
    name: 'À remplir.',
    email: 'Une adresse s’écrit comme nom@exemple.org.',
    colours: 'Choisissez une des réponses proposées.',
    count: '5 au plus.',
    kind: 'Choisissez une des réponses proposées.',
  })
  expect(answer.form?.values).toEqual({ name: ['  '], email: ['nul'], count: ['9'], kind: ['c'] })
  expect((await post('')).form?.errors.name).toBe('À remplir.')
  expect((await post('name=a&count=x')).form?.errors.count).toBe('Cette réponse n’est pas comprise.')
})

test('is not taken in by names of what every object has', async () => {
  const answer = await post('__proto__=x&constructor=y&name=Ann&email=a@b.fr&colours=red&count=3&kind=a')
  expect(answer.value).toEqual({ name: 'Ann', email: 'a@b.fr', colours: ['red'], count: 3, kind: 'a' })
})

test('takes no more than half a megabyte, said beforehand or not', async () => {
  expect(await post(`name=${'x'.repeat(600_000)}`)).toEqual({ code: 'too-large' })
  const chunks = new ReadableStream({
    start(controller) {
      for (let count = 0; count < 20; count++)
        controller.enqueue(new TextEncoder().encode('x'.repeat(50_000)))
      controller.close()
    },
  })
  expect(await post(chunks)).toEqual({ code: 'too-large' })
})

test('reads thousands of fields of one name, and no more: two hundred thousand held up everyone for minutes', async () => {
  const some = await post(`${'colours=red&'.repeat(4_990)}name=Ann&email=a@b.fr&count=3&kind=a`)
  expect((some.value as { colours: string[] }).colours).toHaveLength(4_990)
  expect(await post('a&'.repeat(200_000))).toEqual({ code: 'bad-request' })
  const part = '--b\r\ncontent-disposition: form-data; name="a"; filename="f"\r\n\r\n\r\n'
  expect(await post(`${part.repeat(6_000)}--b--\r\n`, 'multipart/form-data; boundary=b')).toEqual({
    code: 'bad-request',
  })
})

test('takes nothing that is no form', async () => {
  expect(await post('{}', 'application/json')).toEqual({ code: 'bad-request' })
  expect(await post('x', 'multipart/form-data; boundary=y')).toEqual({ code: 'bad-request' })
})

interface Answer {
  code?: string
  value?: unknown
  form?: { values: object; errors: Record<string, string> }
}

async function post(
  body: string | ReadableStream,
  type = 'application/x-www-form-urlencoded',
): Promise<Answer> {
  const answer = await app.request('/', {
    method: 'POST',
    body,
    headers: { 'content-type': type },
    ...(typeof body !== 'string' && { duplex: 'half' as const }),
  })
  return (await answer.json()) as Answer
}
