import { newId } from '#kernel/ids.ts'
import type { GroupRole, Joining, Visibility } from '#modules/groups/kinds.ts'
import type { TestApp } from '../../../test/app.ts'
import type { TestDatabase } from '../../../test/database.ts'
import type { TestNetwork, TestPerson } from '../../../test/factories.ts'

export interface TestGroup {
  id: string
  slug: string
}

let count = 0

/** A group as it would have been founded, with nobody in it. */
export async function aGroup(
  database: TestDatabase,
  network: TestNetwork,
  options: {
    name?: string
    visibility?: Visibility
    joining?: Joining
    questions?: string[]
    parent?: TestGroup
  } = {},
): Promise<TestGroup> {
  count += 1
  const [id, slug] = [newId(), `groupe-${count}`]
  await database.asOwner(
    `insert into network_group (network_id, id, slug, kind, parent_id, name, visibility, joining, questions)
     values ($1, $2, $3, 'working_group', $4, $5, $6, $7, $8)`,
    [
      network.id,
      id,
      slug,
      options.parent?.id ?? null,
      options.name ?? `Groupe ${count}`,
      options.visibility ?? 'network',
      options.joining ?? 'request',
      JSON.stringify(options.questions ?? []),
    ],
  )
  return { id, slug }
}

/** Puts somebody into a group, since ten days unless said otherwise. */
export async function inGroup(
  database: TestDatabase,
  network: TestNetwork,
  group: TestGroup,
  person: Pick<TestPerson, 'personId'>,
  options: { role?: GroupRole; organisationId?: string; from?: string; until?: string } = {},
): Promise<void> {
  await database.asOwner(
    `insert into group_member (network_id, group_id, person_id, organisation_id, role, valid_from, valid_until)
     values ($1, $2, $3, $4, $5, coalesce($6, current_date - 10), $7)`,
    [
      network.id,
      group.id,
      person.personId,
      options.organisationId ?? null,
      options.role ?? 'member',
      options.from ?? null,
      options.until ?? null,
    ],
  )
  if (options.organisationId)
    await database.asOwner(
      `insert into group_organisation (network_id, group_id, organisation_id, valid_from)
       values ($1, $2, $3, current_date - 10) on conflict do nothing`,
      [network.id, group.id, options.organisationId],
    )
}

/** Something to be done. @returns its id */
export async function aTask(
  database: TestDatabase,
  network: TestNetwork,
  group: TestGroup,
  options: { title?: string; owner?: TestPerson; due?: string } = {},
): Promise<string> {
  count += 1
  const id = newId()
  await database.asOwner(
    `insert into task (network_id, id, group_id, title, owner_id, due_on) values ($1, $2, $3, $4, $5, $6)`,
    [
      network.id,
      id,
      group.id,
      options.title ?? `Tâche ${count}`,
      options.owner?.personId ?? null,
      options.due ?? null,
    ],
  )
  return id
}

/** A page, as somebody's browser asks for it; without somebody, as a visitor's. */
export function browse(site: TestApp, path: string, person?: TestPerson): Promise<Response> {
  return site.get(path, person ? { cookie: person.cookie } : {})
}

/** A form, as their browser sends it. */
export async function submit(
  site: TestApp,
  path: string,
  person: TestPerson | undefined,
  fields: Record<string, string> | URLSearchParams = {},
): Promise<Response> {
  return site.app.request(path, {
    method: 'POST',
    headers: {
      accept: 'text/html',
      'sec-fetch-site': 'same-origin',
      'content-type': 'application/x-www-form-urlencoded',
      ...(person && { cookie: person.cookie }),
    },
    body: new URLSearchParams(fields).toString(),
  })
}

/** What was written to somebody, by template, the first first. */
export async function lettersTo(database: TestDatabase, person: TestPerson): Promise<string[]> {
  const rows = await database.asOwner<{ template: string }>(
    'select template from mail_message where account_id = $1 order by id',
    [person.accountId],
  )
  return rows.map(({ template }) => template)
}
