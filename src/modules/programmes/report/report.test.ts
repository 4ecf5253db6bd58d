import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aGroup, browse, inGroup, submit } from '#modules/groups/groups.fixture.ts'
import { aHeldMeeting, aRegistration } from '#modules/meetings/door/day.fixture.ts'
import { aProgramme, dayFrom, type TestProgramme } from '#modules/programmes/programmes.fixture.ts'
import { periodOf } from '#modules/programmes/report/period.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import {
  aNetwork,
  anOrganisation,
  aPerson,
  aToken,
  type TestNetwork,
  type TestPerson,
} from '../../../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let anne: TestPerson
let zoe: TestPerson
let luc: TestPerson
let stranger: TestPerson
let programme: TestProgramme
let path: string
let sel: string
const today = new Date().toISOString().slice(0, 10)

beforeAll(async () => {
  site = await testApp()
  const { database } = site
  network = await aNetwork(database, { visibility: 'private' })
  anne = await aPerson(database, network, 'member', { name: 'Anne Faure' })
  zoe = await aPerson(database, network, 'member', { name: 'Zoé Martin' })
  luc = await aPerson(database, network, 'member', { name: 'Luc Petit' })
  stranger = await aPerson(database, await aNetwork(database), 'administrator')
  sel = await anOrganisation(database, network, 'Sel & Co')
  const four = await anOrganisation(database, network, 'Le Four')
  const group = await aGroup(database, network, { name: 'CAP RSE', visibility: 'group' })
  await inGroup(database, network, group, anne, { role: 'facilitator' })
  await inGroup(database, network, group, zoe, { organisationId: sel })
  await inGroup(database, network, group, luc, { organisationId: four })
  const meeting = await aHeldMeeting(database, network, {
    title: 'Ouverture',
    groupId: group.id,
    from: -5 * 1440,
    minutes: 90,
    state: 'held',
  })
  await aRegistration(database, network, meeting, {
    personId: zoe.personId,
    organisationId: sel,
    present: true,
  })
  await aRegistration(database, network, meeting, { name: 'Nadia', organisationId: sel, present: true })
  await aRegistration(database, network, meeting, {
    personId: luc.personId,
    organisationId: four,
    present: false,
  })
  programme = await aProgramme(database, network, group, {
    name: 'Collectif 2026',
    capsules: [
      [
        {
          title: 'Ouvrir',
          mode: 'in_person',
          opens: 80,
          due: 85,
          meetingId: meeting,
          expects: [{ kind: 'attendance' }],
        },
        {
          title: 'Lire',
          opens: 82,
          due: 88,
          minutes: 120,
          expects: [{ kind: 'reading' }, { kind: 'document' }],
        },
      ],
    ],
  })
  const [reading, document] = programme.capsules[0]?.steps[1]?.expectations ?? []
  await said(reading?.id, sel, zoe, { minutes: 45 })
  await said(document?.id, sel, zoe, { url: 'https://sel.example/bilan' })
  await said(reading?.id, four, luc, {})
  await database.asOwner(
    `insert into programme_change (network_id, programme_id, revision, kind, reason) values ($1, $2, 1, 'moved', 'Salle prise')`,
    [network.id, programme.id],
  )
  path = `/fr/${network.slug}/programmes/${programme.id}`
})

afterAll(() => site?.close())

async function said(
  expectation: string | undefined,
  organisation: string,
  { personId }: TestPerson,
  { minutes = null, url = null }: { minutes?: number | null; url?: string | null },
): Promise<void> {
  await site.database.asOwner(
    `insert into programme_fulfilment (network_id, programme_id, id, expectation_id, organisation_id, person_id, done_on, minutes, url)
     values ($1, $2, gen_random_uuid(), $3, $4, $5, current_date - 3, $6, $7)`,
    [network.id, programme.id, expectation, organisation, personId, minutes, url],
  )
}

test('the report is for those who run it', async () => {
  const statuses = await Promise.all(
    [undefined, zoe, stranger, anne].map(
      async person => (await browse(site, `${path}/report`, person)).status,
    ),
  )
  // A private network is not known to those outside.
  expect(statuses).toEqual([404, 403, 404, 200])
})

test('each figure opens to its rows, and own work is counted apart, declared and planned', async () => {
  const key = await aToken(site.database, network, ['programmes:manage'])
  const answer = await site.get(`/api/networks/${network.slug}/programmes/${programme.id}/report`, {
    authorization: `Bearer ${key}`,
  })
  expect(answer.status).toBe(200)
  const report = (await answer.json()) as Record<string, unknown>
  expect(report).toMatchObject({
    // Luc's organisation was not at the meeting, and did not hand in its document.
    totals: {
      organisations: 2,
      meetings: 1,
      presences: 2,
      completion: { count: 2, of: 4 },
      meetingMinutes: 180,
      declaredMinutes: 45,
      plannedMinutes: 120,
    },
    meetings: [{ title: 'Ouverture', invited: 3, people: 2, organisations: 1, presentMinutes: 180 }],
    handedIn: [{ organisation: 'Sel & Co', url: 'https://sel.example/bilan' }],
    changes: [{ kind: 'moved', reason: 'Salle prise' }],
  })
  const html = await (await browse(site, `${path}/report`, anne)).text()
  expect(html).toMatch(/<a href="#meetings"><strong>3\sh\s00<\/strong>/)
  expect(html).toContain('Salle prise')
  const before = await browse(site, `${path}/report?until=${dayFrom(today, -30)}`, anne)
  expect(await before.text()).toContain('<a href="#meetings"><strong>0</strong>')
  const refused = await site.get(`/api/networks/${network.slug}/programmes/${programme.id}/report`)
  expect(refused.status).toBe(404)
})

test('of a step that is still open, who did it is said to have done so already', async () => {
  const due = async (days: number) => {
    await site.database.asOwner(
      `update programme_step set due_on = due_on + $2::integer where programme_id = $1 and title = 'Lire'`,
      [programme.id, days],
    )
    return (await browse(site, `${path}/report?until=${dayFrom(today, 40)}`, anne)).text()
  }
  expect(await due(30)).toContain('<summary>1 déjà, sur 2</summary>')
  expect(await due(-30)).toContain('<summary>1 sur 2</summary>')
})

test('as a document and as a workbook of several sheets', async () => {
  const pdf = await browse(site, `${path}/report/export/report.pdf`, anne)
  expect([pdf.status, pdf.headers.get('content-type')]).toEqual([200, 'application/pdf'])
  expect(
    Buffer.from(await pdf.arrayBuffer())
      .subarray(0, 5)
      .toString(),
  ).toBe('%PDF-')
  const xlsx = await browse(site, `${path}/report/export/report.xlsx`, anne)
  const { read } = await import('@e965/xlsx')
  const book = read(Buffer.from(await xlsx.arrayBuffer()))
  expect(book.SheetNames).toEqual([
    ...['Chiffres', 'Animation', 'Organisations', 'Rencontres', 'Avancement', 'Travail en autonomie'],
    ...['Documents remis', 'Mots', 'Changements'],
  ])
  const sheet = book.Sheets[book.SheetNames[2] ?? '']
  expect([sheet?.A2?.v, sheet?.F2?.v, sheet?.G3?.v]).toEqual(['Le Four', 0, 0.75])
  expect((await browse(site, `${path}/report/export/report.xlsx`, zoe)).status).toBe(403)
})

describe('a word', () => {
  const word = (body: string, consent: string, signedAs: string) => ({ body, consent, signedAs })
  const report = async () => (await browse(site, `${path}/report`, anne)).text()

  test('is in the report where its writer says so, and is signed as they say', async () => {
    await submit(site, `${path}/quotes`, zoe, word('Entre nous.', 'group', 'person'))
    const unsigned = await submit(site, `${path}/quotes`, zoe, { body: 'Sans signature.', consent: 'group' })
    expect(unsigned.status).toBe(422)
    const said = (await unsigned.text()).replaceAll('\u00a0', ' ')
    expect(said).toContain('Comment il est signé : ')
    expect(said).toContain('Sans signature.')
    await submit(site, `${path}/quotes`, zoe, word('On avance enfin.', 'report', 'nobody'))
    await submit(site, `${path}/quotes`, zoe, word('Des pairs.', 'report', 'organisation'))
    const page = await report()
    expect(page).not.toContain('Entre nous.')
    expect(page).toMatch(/On avance enfin\.<\/p><\/blockquote><figcaption>Quelqu’un du groupe</)
    expect(page).toMatch(/Des pairs\.<\/p><\/blockquote><figcaption>Sel &amp; Co</)
    expect(page).not.toContain('Zoé Martin')
    const group = await (await browse(site, `${path}/quotes`, anne)).text()
    expect(group).toContain('Zoé Martin, Sel &amp; Co')
    // There are three of them.
    expect(group).toContain('moins de cinq personnes')
    expect((await browse(site, `${path}/quotes`, stranger)).status).toBe(404)
    expect((await submit(site, `${path}/quotes`, undefined, word('x', 'group', 'nobody'))).status).toBe(404)
  })

  test('the log of changes is silent: whoever left one at which hour would be known', async () => {
    const rows = await site.database.asOwner(
      `select from audit_entry where network_id = $1 and action like 'programme-quote%'`,
      [network.id],
    )
    expect(rows).toEqual([])
  })

  test('is taken back by its writer alone, and goes with their account', async () => {
    const of = async (body: string) => {
      const [row] = await site.database.asOwner<{ id: string }>(
        'select id from programme_quote where network_id = $1 and body = $2',
        [network.id, body],
      )
      return row?.id
    }
    const removal = `${path}/quotes/${await of('Des pairs.')}/removal`
    expect((await submit(site, removal, anne)).status).toBe(404)
    expect((await submit(site, removal, zoe)).status).toBe(303)
    expect(await report()).not.toContain('Des pairs.')
    const known = await of('On avance enfin.')
    await submit(site, `${path}/quotes/${known}`, zoe, { consent: 'group', signedAs: 'person' })
    expect(await of('On avance enfin.')).toBe(known)
    await submit(site, `${path}/quotes/${known}`, zoe, { consent: 'group', signedAs: 'nobody' })
    // Whoever has seen under which name it was cannot find it again by its id.
    expect(await of('On avance enfin.')).not.toBe(known)
    expect(await report()).not.toContain('On avance enfin.')
    // Also once she has left the group, which she then knows nothing more of.
    await site.database.asOwner(
      `update group_member set valid_until = current_date - 1 where network_id = $1 and person_id = $2`,
      [network.id, zoe.personId],
    )
    const own = await (await browse(site, `${path}/quotes`, zoe)).text()
    expect(own).toContain('On avance enfin.')
    expect(own).not.toContain('Collectif 2026')
    await site.database.asOwner(
      'update person set erased_at = now(), account_id = null where network_id = $1 and id = $2',
      [network.id, zoe.personId],
    )
    expect(await of('Entre nous.')).toBeUndefined()
  })
})

test('a period is within the programme, whatever is asked', () => {
  const programme = { startsOn: '2026-01-10', endsOn: '2026-12-20' }
  const asked = (from: string | null, until: string | null, now = '2026-06-01') =>
    periodOf(programme, { from, until }, now)
  expect(asked(null, null)).toEqual({ from: '2026-01-10', until: '2026-06-01', whole: true })
  expect(asked('2026-03-31', '2026-03-01')).toEqual({ from: '2026-03-01', until: '2026-03-31', whole: false })
  expect(asked(null, null, '2025-12-01')).toEqual({ from: '2026-01-10', until: '2026-01-10', whole: true })
  expect(asked('2026-07-01', null)).toEqual({ from: '2026-07-01', until: '2026-07-01', whole: false })
})
