import { inTenant } from '#db/tenant.ts'
import { newId } from '#kernel/ids.ts'
import { seriesInput } from '#modules/afterworks/schema.ts'
import { addSeries, openSeries, type Series } from '#modules/afterworks/series.ts'
import type { Entry } from '#modules/network/index.ts'
import type { TestApp } from '../../../test/app.ts'
import type { TestDatabase } from '../../../test/database.ts'
import type { TestNetwork } from '../../../test/factories.ts'

export const origin = 'https://cordee.example'

/** A day so far from today, as forms write it. */
export function dayAhead(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
}

/** A series, as those who run the network make it. */
export function aSeries(
  { db }: TestDatabase,
  entry: Entry,
  fields: Partial<Record<string, unknown>> = {},
): Promise<Series> {
  const input = seriesInput.parse({
    name: 'Les jeudis de la lagune',
    confirmBy: dayAhead(20),
    countedFrom: dayAhead(-400),
    ...fields,
  })
  return inTenant(db, entry.tenant, async trx =>
    openSeries(trx, entry, await addSeries(trx, entry, input, origin)),
  )
}

/** An edition, so many days from now: over where they are fewer than none. @returns the id of its meeting */
export async function anEdition(
  database: TestDatabase,
  network: TestNetwork,
  series: Pick<Series, 'id'>,
  days = -2,
  state = 'scheduled',
): Promise<string> {
  const id = newId()
  await database.asOwner(
    `insert into meeting (network_id, id, title, starts_at, ends_at, time_zone, state, visibility, link_origin)
     values ($1, $2, 'Une édition', now() + make_interval(days => $3), now() + make_interval(days => $3, hours => 2),
       'Europe/Paris', $4, 'public', $5)`,
    [network.id, id, days, state, origin],
  )
  await database.asOwner(
    `insert into afterwork_edition (network_id, series_id, meeting_id, number, theme)
     select $1, $2, $3, count(*) + 1, 'Un thème' from afterwork_edition where network_id = $1 and series_id = $2`,
    [network.id, series.id, id],
  )
  return id
}

/** Somebody at a meeting: a person of the network, or whoever wrote their organisation. @returns the id of the registration */
export async function atMeeting(
  database: TestDatabase,
  network: TestNetwork,
  meeting: string,
  who: {
    personId?: string
    organisationId?: string
    written?: string
    present?: boolean | null
    state?: 'registered' | 'withdrawn'
  },
): Promise<string> {
  const id = newId()
  const { personId = null, organisationId = null, written = '', present = true, state = 'registered' } = who
  await database.asOwner(
    `insert into registration (network_id, meeting_id, id, number, person_id, organisation_id, organisation_name, state, present)
     select $1, $2, $3, count(*) + 1, $4, $5, $6, $7, $8 from registration where network_id = $1 and meeting_id = $2`,
    [network.id, meeting, id, personId, organisationId, written, state, present],
  )
  return id
}

/** Sends a form as a browser does. */
export async function submit(
  { app }: TestApp,
  path: string,
  fields: Record<string, string>,
  cookie?: string,
): Promise<Response> {
  return app.request(path, {
    method: 'POST',
    headers: {
      accept: 'text/html',
      origin: 'http://localhost',
      'content-type': 'application/x-www-form-urlencoded',
      ...(cookie && { cookie }),
    },
    body: new URLSearchParams(fields).toString(),
  })
}

/** The mail written in a network: to whom, and which. */
export function mailOf(database: TestDatabase, network: TestNetwork) {
  return database.asOwner<{ address: string; template: string; params: Record<string, string> }>(
    'select address, template, params from mail_message where network_id = $1 order by created_at, id',
    [network.id],
  )
}
