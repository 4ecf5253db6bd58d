import { newId } from '#kernel/ids.ts'
import type { TestApp } from '../../../../test/app.ts'
import type { TestNetwork, TestPerson } from '../../../../test/factories.ts'

/** A group of these people, the first of whom facilitates it. @returns its id */
export async function aGroupOf(
  { database }: TestApp,
  network: TestNetwork,
  people: TestPerson[],
  {
    slug = `groupe-${newId().slice(-6)}`,
    visibility = 'network',
  }: { slug?: string; visibility?: string } = {},
): Promise<string> {
  const id = newId()
  await database.asOwner(
    `insert into network_group (network_id, id, slug, kind, name, visibility) values ($1, $2, $3, 'working_group', $4, $5)`,
    [network.id, id, slug, `Groupe ${slug}`, visibility],
  )
  for (const [index, { personId }] of people.entries())
    await database.asOwner(
      `insert into group_member (network_id, group_id, person_id, role, valid_from) values ($1, $2, $3, $4, '2020-01-01')`,
      [network.id, id, personId, index === 0 ? 'facilitator' : 'member'],
    )
  return id
}

export function see({ app }: TestApp, path: string, who: TestPerson | null): Promise<Response> {
  const cookie = who?.cookie ?? ''
  return Promise.resolve(app.request(path, { headers: { cookie, accept: 'text/html' } }))
}

export function post(
  { app }: TestApp,
  path: string,
  who: TestPerson | null,
  fields: Record<string, string | string[]>,
): Promise<Response> {
  const body = new URLSearchParams(
    Object.entries(fields).flatMap(([name, values]) => [values].flat().map(value => [name, value])),
  )
  const headers = { cookie: who?.cookie ?? '', accept: 'text/html', 'sec-fetch-site': 'same-origin' }
  return Promise.resolve(app.request(path, { method: 'POST', headers, body }))
}

/** Where an answer leads, without what was done. */
export function placeOf(response: Response): string {
  return (response.headers.get('location') ?? '').replace(/[?&]done=.*$/, '')
}

/** The letters written to an address, by template, with what they say. */
export async function lettersTo(
  { database }: TestApp,
  network: TestNetwork,
  address: string,
): Promise<{ template: string; params: Record<string, unknown>; secrets: Record<string, unknown> | null }[]> {
  return database.asOwner(
    'select template, params, secrets from mail_message where network_id = $1 and address = $2 order by id',
    [network.id, address],
  )
}

/** A day so many days from now, as forms have it. */
export function dayAhead(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
}
