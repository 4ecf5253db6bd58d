import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import { saveTemplate } from '#modules/commons/templates/catalogue.ts'
import { checkDefinition } from '#modules/commons/templates/definition.ts'
import { saveAnswers } from '#modules/commons/writing/saving.ts'
import { aDocument, sendForm } from '#modules/commons/writing/writing.fixture.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import { aNetwork, anEntry, aPerson, type TestNetwork, type TestPerson } from '../../../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let author: TestPerson
let administrator: TestPerson

beforeAll(async () => {
  site = await testApp()
  network = await aNetwork(site.database, { slug: 'versions' })
  author = await aPerson(site.database, network, 'member')
  administrator = await aPerson(site.database, network, 'administrator')
  await send('/reviewers', { applies: 'none' }, administrator)
})
afterAll(() => site.close())

const send = (path: string, fields: Record<string, string>, person: TestPerson | null = author) =>
  sendForm(site, `/fr/versions${path}`, fields, person)
const see = async (path: string, person: TestPerson | null = author) => {
  const answer = await site.get(`/fr/versions${path}`, person ? { cookie: person.cookie } : {})
  return { status: answer.status, html: await answer.text() }
}

/** A template that asks for these, one after the other, as it comes into use. */
async function inUse(key: string, questions: readonly string[]): Promise<void> {
  const entry = await anEntry(site.database, network, administrator, 'administrator')
  const asked = ['title', ...questions].map(name => ({
    key: name,
    ask: { fr: `Question ${name} ?` },
    answer: { kind: 'text' },
  }))
  const reading = checkDefinition({
    ...{ key, type: 'solution', name: { fr: key } },
    sections: [{ key: 'only', heading: { fr: 'Tout' }, questions: asked }],
  })
  if ('problems' in reading) throw new Error(JSON.stringify(reading.problems))
  await inTenant(site.database.db, entry.tenant, trx =>
    saveTemplate(trx, entry, reading.template, { confirmed: true }),
  )
}

async function write(id: string, path: string, value: string | null): Promise<void> {
  const entry = await anEntry(site.database, network, author)
  await inTenant(site.database.db, entry.tenant, trx =>
    saveAnswers(trx, entry, id, [{ path, value, seen: 1e6 }]),
  )
}

describe('a page that was begun by an older version of its template', () => {
  test('takes up the one in use when its author says so, and stays as it is written', async () => {
    await inUse('first', ['kept', 'gone'])
    const answers = { kept: 'Reste', gone: 'Disparaît du formulaire' }
    const id = await aDocument(site, network, author, { title: 'Une page', template: 'first', answers })
    await send(`/writing/${id}/publication`, { visibility: 'network' })
    expect((await see(`/writing/${id}/template`)).status).toBe(303)
    expect((await see(`/writing/${id}`)).html).not.toContain(`/writing/${id}/template`)
    await inUse('first', ['kept', 'new'])
    await write(id, 'kept', 'Reste, changé')

    expect((await see(`/writing/${id}`)).html).toContain(`/writing/${id}/template`)
    const { html } = await see(`/writing/${id}/template`)
    expect(html).toMatch(/Questions ajoutées[\s\S]*Question new/)
    expect(html).toMatch(/Une réponse reste écrite dans la page[\s\S]*Question gone/)
    const source = await sourceOf(id)
    const done = await send(`/writing/${id}/template`, { version: '2' })
    expect(done.headers.get('location')).toContain(`/writing/${id}?done=template-renewed`)

    const page = await see(`/writing/${id}`)
    expect(page.html).toMatch(/data-path="new"/)
    expect(page.html).toContain('Reste, changé')
    // What the new version does not ask is kept, and read.
    expect(page.html).not.toMatch(/data-path="gone"/)
    expect(page.html).toContain('Disparaît du formulaire')
    expect(await sourceOf(id)).toBe(source)
    await write(id, 'new', 'Nouveau')
    await send(`/writing/${id}/publication`, { visibility: 'network' })
    const after = await sourceOf(id)
    expect(after).toContain('Disparaît du formulaire')
    expect(after).toContain('Reste, changé')
    expect(after).toContain('Nouveau')
  })

  test('does not, where an answer that is not shared yet would have no place', async () => {
    await inUse('second', ['kept', 'gone'])
    const answers = { gone: 'Pas encore partagé' }
    const id = await aDocument(site, network, author, { title: 'Un brouillon', template: 'second', answers })
    await inUse('second', ['kept'])
    const page = await see(`/writing/${id}/template`)
    expect(page.html).toMatch(/n’a plus sa place dans la nouvelle version[\s\S]*Question gone/)
    expect(page.html).not.toContain('Passer à la version 2</button>')
    expect((await send(`/writing/${id}/template`, { version: '2' })).status).toBe(409)
    expect((await see(`/writing/${id}`)).html).toMatch(/data-path="gone"/)
    await write(id, 'gone', null)
    // Another version came into use since the page was looked at.
    await inUse('second', ['kept', 'more'])
    expect((await send(`/writing/${id}/template`, { version: '2' })).status).toBe(409)
    expect((await send(`/writing/${id}/template`, { version: '3' })).status).toBe(303)
    expect((await see(`/writing/${id}`)).html).toMatch(/data-path="more"/)
  })

  test('is its authors’', async () => {
    await inUse('third', ['kept'])
    const id = await aDocument(site, network, author, { title: 'À nous', template: 'third' })
    await inUse('third', ['kept', 'new'])
    const stranger = await aPerson(site.database, network, 'member')
    const elsewhere = await aPerson(site.database, await aNetwork(site.database), 'administrator')
    expect((await see(`/writing/${id}/template`, null)).status).toBe(401)
    expect((await send(`/writing/${id}/template`, { version: '2' }, null)).status).toBe(401)
    for (const other of [stranger, elsewhere])
      expect([403, 404]).toContain((await send(`/writing/${id}/template`, { version: '2' }, other)).status)
    // Shared with the network, it is read by its members, and theirs to read alone.
    await send(`/writing/${id}/publication`, { visibility: 'network' })
    expect((await send(`/writing/${id}/template`, { version: '2' }, stranger)).status).toBe(403)
  })
})

async function sourceOf(id: string): Promise<string> {
  const rows = await site.database.asOwner<{ source: string }>(
    `select source from commons_version where item_id = $1 order by number desc limit 1`,
    [id],
  )
  return rows[0]?.source ?? ''
}
