import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { LineProblem } from '#modules/network/organisation-import/drafts.ts'
import type { Decision, FoundLine, LineProposal } from '#modules/network/organisation-import/findings.ts'
import type { Counts } from '#modules/network/organisation-import/imports.ts'

export type Outcome = 'created' | 'changed' | 'unchanged' | 'merged' | 'refused' | 'passed'

/** A line of the report. */
export interface ReportLine {
  position: number
  line: number
  name: string
  town: string
  people: number
  state: 'ready' | 'refused' | 'passed'
  problems: LineProblem[]
  proposals: LineProposal[]
  decision: Decision | null
  sameAs: string | null
  sameAsPosition: number | null
  outcome: Outcome | null
  organisationId: string | null
}

/** Which lines are looked at: all, those to be decided, those with something proposed, those with a remark, by outcome. */
export const lineViews = [
  'all',
  'undecided',
  'proposed',
  'problems',
  'created',
  'changed',
  'refused',
] as const
export type LineView = (typeof lineViews)[number]

export async function keepLines(
  trx: Trx,
  networkId: string,
  importId: string,
  lines: readonly FoundLine[],
): Promise<void> {
  await sql`
    insert into organisation_import_line (
      network_id, import_id, position, line, entry, state, problems, proposals, decision, same_as, same_as_position,
      organisation_id
    )
    select ${networkId}::uuid, ${importId}::uuid, position, line, entry, state, problems, proposals, decision, same_as,
      same_as_position, organisation_id
    from jsonb_to_recordset(${JSON.stringify(lines)}::jsonb) as given (
      position integer, line integer, entry jsonb, state text, problems jsonb, proposals jsonb, decision text,
      same_as uuid, same_as_position integer, organisation_id uuid
    )`.execute(trx)
}

/** What was decided before counts where the line says the same name and the same is still proposed. */
export async function keepDecisions(
  trx: Trx,
  networkId: string,
  importId: string,
  found: FoundLine[],
): Promise<void> {
  const rows = await trx
    .selectFrom('organisation_import_line')
    .select(['line', 'decision', 'same_as', 'same_as_position'])
    .select(sql<string>`entry -> 'organisation' ->> 'name'`.as('name'))
    .where('network_id', '=', networkId)
    .where('import_id', '=', importId)
    .where('decision', 'is not', null)
    .where(sql<boolean>`proposals <> '[]'`)
    .execute()
  const before = new Map(rows.map(row => [`${row.line} ${row.name}`, row]))
  for (const one of found) {
    const row = before.get(`${one.line} ${one.entry.organisation.name}`)
    if (!row || one.state !== 'ready') continue
    const possible =
      row.decision === 'new'
        ? !one.proposals.some(hasName)
        : one.proposals.some(
            proposal =>
              (row.same_as !== null && proposal.organisation === row.same_as) ||
              (row.same_as_position !== null && proposal.position === row.same_as_position),
          )
    if (!possible) continue
    one.decision = row.decision as Decision
    one.same_as = row.same_as
    one.same_as_position = row.same_as_position
  }
}

/** Two of a network are not called the same. */
export function hasName({ reasons }: Pick<LineProposal, 'reasons'>): boolean {
  return reasons.some(({ code }) => code === 'name')
}

/**
 * Decides about lines, one by one: 'new', or how it is the same as which of what is proposed ('complete:0').
 * What cannot be decided so stays as it is.
 * @returns how many were decided
 */
export async function decideLines(
  trx: Trx,
  networkId: string,
  importId: string,
  decisions: readonly { position: number; decision: Decision; proposal: number }[],
): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    update organisation_import_line as line set decision = given.decision,
      same_as = case when given.decision = 'new' then null
        else (line.proposals -> given.proposal ->> 'organisation')::uuid end,
      same_as_position = case when given.decision = 'new' then null
        else (line.proposals -> given.proposal ->> 'position')::integer end
    from jsonb_to_recordset(${JSON.stringify(decisions)}::jsonb)
      as given (position integer, decision text, proposal integer)
    where line.network_id = ${networkId} and line.import_id = ${importId} and line.position = given.position
      and line.state = 'ready' and ${possible('given.decision', 'given.proposal')}`.execute(trx)
  return Number(numAffectedRows)
}

/** The same about many at once, each with the likeliest of what is proposed. */
export async function decideAll(
  trx: Trx,
  networkId: string,
  importId: string,
  decision: Decision,
  which: 'undecided' | 'proposed',
): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    update organisation_import_line as line set decision = ${decision},
      same_as = case when ${decision} = 'new' then null else (line.proposals -> 0 ->> 'organisation')::uuid end,
      same_as_position = case when ${decision} = 'new' then null else (line.proposals -> 0 ->> 'position')::integer end
    where line.network_id = ${networkId} and line.import_id = ${importId} and line.state = 'ready'
      and line.proposals <> '[]' and (${which === 'proposed'} or line.decision is null)
      and ${possible(`'${decision}'`, '0')}`.execute(trx)
  return Number(numAffectedRows)
}

function possible(decision: string, proposal: string) {
  return sql`case when ${sql.raw(decision)} = 'new'
    then not line.proposals @? '$[*].reasons[*] ? (@.code == "name")'
    else line.proposals -> ${sql.raw(proposal)} is not null end`
}

export async function listLines(
  trx: Trx,
  networkId: string,
  importId: string,
  view: LineView,
  { after = -1, limit = 50 }: { after?: number; limit?: number } = {},
): Promise<{ lines: ReportLine[]; next: number | null }> {
  const rows = await trx
    .selectFrom('organisation_import_line')
    .selectAll()
    .where('network_id', '=', networkId)
    .where('import_id', '=', importId)
    .where('position', '>', after)
    .where(looking(view))
    .orderBy('position')
    .limit(limit + 1)
    .execute()
  const lines = rows.slice(0, limit).map((row): ReportLine => {
    const entry = row.entry as unknown as FoundLine['entry']
    return {
      position: row.position,
      line: row.line,
      name: entry.organisation.name,
      town: entry.organisation.town,
      people: entry.contacts.length,
      state: row.state as ReportLine['state'],
      problems: row.problems as unknown as LineProblem[],
      proposals: row.proposals as unknown as LineProposal[],
      decision: row.decision as Decision | null,
      sameAs: row.same_as,
      sameAsPosition: row.same_as_position,
      outcome: row.outcome as Outcome | null,
      organisationId: row.organisation_id,
    }
  })
  return { lines, next: rows.length > limit ? (lines.at(-1)?.position ?? null) : null }
}

function looking(view: LineView) {
  const conditions = {
    all: sql<boolean>`true`,
    undecided: sql<boolean>`state = 'ready' and decision is null`,
    proposed: sql<boolean>`proposals <> '[]'`,
    problems: sql<boolean>`problems <> '[]'`,
    created: sql<boolean>`state = 'ready' and decision = 'new'`,
    changed: sql<boolean>`coalesce(outcome = 'changed', decision in ('complete', 'overwrite') and same_as is not null)`,
    refused: sql<boolean>`state = 'refused'`,
  }
  return conditions[view]
}

/** What will be done as it is decided now; once it is done, what was. */
export async function countLines(
  trx: Trx,
  networkId: string,
  importId: string,
): Promise<Omit<Counts, 'passed'>> {
  const { rows } = await sql<Omit<Counts, 'passed'>>`
    with told as (
      select line.state, line.decision, line.same_as_position, line.problems, line.entry,
        coalesce(line.outcome, case
          when line.state = 'refused' then 'refused'
          when line.decision = 'new' then 'created'
          when line.same_as_position is not null then 'merged'
          when line.decision = 'complete' and same.as_it ->> 'fills' <> '[]' then 'changed'
          when line.decision = 'overwrite' and (same.as_it ->> 'fills' <> '[]' or same.as_it ->> 'differs' <> '[]') then 'changed'
          when line.decision is not null then 'unchanged'
        end) as outcome
      from organisation_import_line as line
      left join lateral (
        select one as as_it from jsonb_array_elements(line.proposals) as one
        where one ->> 'organisation' = line.same_as::text limit 1
      ) as same on line.same_as is not null
      where line.network_id = ${networkId} and line.import_id = ${importId}
    )
    select count(*)::integer as lines,
      count(*) filter (where outcome = 'refused')::integer as refused,
      count(*) filter (where problems <> '[]')::integer as problems,
      count(*) filter (where outcome = 'created')::integer as created,
      count(*) filter (where outcome = 'changed')::integer as changed,
      count(*) filter (where outcome = 'unchanged')::integer as unchanged,
      count(*) filter (where outcome = 'merged')::integer as merged,
      count(*) filter (where outcome is null)::integer as undecided,
      coalesce(sum(jsonb_array_length(entry -> 'contacts')) filter (where outcome <> 'refused' and decision <> 'leave'), 0)::integer
        as people
    from told`.execute(trx)
  return rows[0] as Omit<Counts, 'passed'>
}
