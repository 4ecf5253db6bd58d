import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import { templatesOf } from '#modules/commons/templates/catalogue.ts'
import type { AnswerKind } from '#modules/commons/templates/template.ts'
import { publishDocument } from '#modules/commons/writing/publishing.ts'
import { shareDocument } from '#modules/commons/writing/sharing.ts'
import { aDocument } from '#modules/commons/writing/writing.fixture.ts'
import { listening, type TestApp, type TestSite, testApp } from '../../../../test/app.ts'
import { aNetwork, anEntry, aPerson, type TestNetwork, type TestPerson } from '../../../../test/factories.ts'

let site: TestApp
let web: TestSite
let network: TestNetwork
let author: TestPerson
let facilitator: TestPerson

beforeAll(async () => {
  site = await testApp()
  web = await listening(site)
  network = await aNetwork(site.database)
  author = await aPerson(site.database, network, 'member')
  facilitator = await aPerson(site.database, network, 'facilitator')
})

afterAll(async () => {
  await web.close()
  await site.close()
})

async function share(id: string): Promise<void> {
  const entry = await anEntry(site.database, network, facilitator, 'facilitator')
  await inTenant(site.database.db, entry.tenant, trx =>
    shareDocument(trx, entry, id, 'public', 'https://example.org'),
  )
}

function an(kind: AnswerKind): unknown {
  if (kind.kind === 'choice') return [kind.options[0]?.key]
  if (kind.kind === 'sdgs') return [6]
  if (kind.kind === 'countries') return ['CI']
  return kind.kind === 'tags' ? ['eau'] : 'Une réponse'
}

test('a file sent with an answer of a public page is for everyone when the answer is, not before', async () => {
  const own = await anEntry(site.database, network, author)
  const templates = await inTenant(site.database.db, own.tenant, trx => templatesOf(trx, network.id))
  const questions = templates
    .find(({ key }) => key === 'solution')
    ?.sections.filter(({ repeated }) => !repeated)
    .flatMap(section => section.questions)
  const question = questions?.find(({ answer }) => answer.kind === 'files')
  if (!questions || !question) throw new Error('No question for files')
  const needed = questions.filter(({ key, required }) => required && key !== 'title')
  const answers = Object.fromEntries(needed.map(({ key, answer }) => [key, an(answer)]))
  const id = await aDocument(site, network, author, { title: 'La carte', template: 'solution', answers })
  await inTenant(site.database.db, own.tenant, trx => publishDocument(trx, own, id, 'public'))
  const { cookie } = author
  const shown = await (await site.get(`/fr/${network.slug}/writing/${id}`, { cookie })).text()
  const seen = new RegExp(`name="${question.key}\\.seen" value="([^"]*)"`).exec(shown)?.[1] ?? ''
  const form = new FormData()
  form.append(`${question.key}.seen`, seen)
  form.append(`${question.key}.file`, new File(['une carte'], 'carte.txt', { type: 'text/plain' }))
  const sent = await fetch(`${web.url}/fr/${network.slug}/writing/${id}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie, origin: web.url },
    body: form,
  })
  expect(sent.status).toBe(303)
  const [file] = await site.database.asOwner<{ id: string }>(
    `select id from file where network_id = $1 and name = 'carte.txt'`,
    [network.id],
  )
  const status = async () => (await site.get(`/fr/${network.slug}/files/${file?.id}`)).status
  expect(await status()).toBe(404)
  await share(id)
  expect(await status()).toBe(200)
})
