import { aGroup, inGroup, submit, type TestGroup } from '#modules/groups/groups.fixture.ts'
import type { TestApp } from '../../../../test/app.ts'
import {
  aNetwork,
  anOrganisation,
  aPerson,
  type TestNetwork,
  type TestPerson,
} from '../../../../test/factories.ts'

export const origin = 'https://cordee.example'

/** A group with somebody who runs it and two organisations, ready for a programme. */
export interface Ground {
  network: TestNetwork
  group: TestGroup
  runner: TestPerson
  carl: TestPerson
  dora: TestPerson
  organisations: { carls: string; doras: string }
}

export async function aGround(site: TestApp): Promise<Ground> {
  const { database } = site
  const network = await aNetwork(database)
  const group = await aGroup(database, network, { visibility: 'group' })
  const carls = await anOrganisation(database, network, 'Chez Carl')
  const doras = await anOrganisation(database, network, 'Chez Dora')
  const runner = await aPerson(database, network, 'member', { name: 'Anna' })
  const carl = await aPerson(database, network, 'member', { name: 'Carl', organisationId: carls })
  const dora = await aPerson(database, network, 'member', { name: 'Dora', organisationId: doras })
  await inGroup(database, network, group, runner, { role: 'facilitator' })
  await inGroup(database, network, group, carl, { organisationId: carls })
  await inGroup(database, network, group, dora, { organisationId: doras })
  return { network, group, runner, carl, dora, organisations: { carls, doras } }
}

export function choices(ground: Ground, more: Record<string, string> = {}): Record<string, string> {
  return {
    ...{ group: ground.group.id, template: 'quarter-cycle', name: 'Un trimestre', country: 'FR' },
    ...{ startsOn: dayAhead(20), language: 'fr', timeZone: 'Europe/Paris', announce: 'now' },
    ...more,
  }
}

/** Made as the form makes it: seen first, then sent again as it stood. @returns its id */
export async function aMadeProgramme(
  site: TestApp,
  ground: Ground,
  more: Record<string, string> = {},
): Promise<string> {
  const address = `/fr/${ground.network.slug}/programmes`
  const given = choices(ground, more)
  const seen = await (await submit(site, address, ground.runner, given)).text()
  const fields = new URLSearchParams([...Object.entries(given), ...shownFields(seen), ['step', 'make']])
  const made = await submit(site, address, ground.runner, fields)
  const id = /programmes\/([0-9a-f-]{36})/.exec(made.headers.get('location') ?? '')?.[1]
  if (!id) throw new Error(`${made.status} ${(await made.text()).match(/role="alert"[\s\S]{0,600}/)?.[0]}`)
  return id
}

/** What a page of the plan sends along: its ground, closures, days and hours. */
export function shownFields(html: string): [string, string][] {
  return [...html.matchAll(/<input[^>]*>/g)].flatMap(([input]) => {
    const name = /name="([^"]*)"/.exec(input)?.[1] ?? ''
    const value = /value="([^"]*)"/.exec(input)?.[1] ?? ''
    return /^(?:ground|id|closure\w+|(?:opens|day|time|shown|begun|asked)\..+)$/.test(name)
      ? [[name, value] as [string, string]]
      : []
  })
}

export function dayAhead(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
}

export function stepsOf(
  site: TestApp,
  programme: string,
): Promise<
  {
    id: string
    key: string
    mode: string
    opens_on: string
    due_on: string
    meeting_id: string | null
    dropped: boolean
  }[]
> {
  return site.database.asOwner(
    `select step.id, step.key, mode, opens_on::text, due_on::text, meeting_id, dropped_at is not null as dropped
     from programme_step step join programme_capsule capsule on capsule.id = step.capsule_id
     where step.programme_id = $1 order by capsule.position, step.position`,
    [programme],
  )
}

export async function lettersIn(site: TestApp, network: TestNetwork): Promise<string[]> {
  const rows = await site.database.asOwner<{ letter: string }>(
    `select account.name || ' ' || template as letter from mail_message
     left join account on account.id = mail_message.account_id
     where mail_message.network_id = $1 order by 1`,
    [network.id],
  )
  return rows.map(({ letter }) => letter)
}

/** The boxes of a proposal, with what each sends along. */
export function boxes(html: string): { ids: string[]; fields: [string, string][] } {
  const inputs = [...html.matchAll(/<input[^>]*>/g)].map(([input]) => ({
    name: /name="([^"]*)"/.exec(input)?.[1] ?? '',
    value: /value="([^"]*)"/.exec(input)?.[1] ?? '',
  }))
  const fields = inputs
    .filter(({ name }) => /^(?:move|(?:day|opens|time)\..+)$/.test(name))
    .map(({ name, value }): [string, string] => [name, value])
  return { fields, ids: fields.flatMap(([name, value]) => (name === 'move' ? [value] : [])) }
}

export function capsulesOf(site: TestApp, programme: string): Promise<{ id: string; key: string }[]> {
  return site.database.asOwner(
    'select id, key from programme_capsule where programme_id = $1 order by position',
    [programme],
  )
}

export async function undo(site: TestApp, ground: Ground, at: string, revision: number): Promise<void> {
  const response = await submit(site, `${at}/undoing`, ground.runner, {
    what: 'change',
    revision: String(revision),
  })
  if (response.status !== 303) throw new Error(`Undoing ${revision}: ${response.status}`)
}

export function daysFrom(one = '', other = ''): number {
  return (Date.parse(other) - Date.parse(one)) / 86_400_000
}
