import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { FacetKind } from '#modules/commons/facets.ts'
import {
  type Decision,
  type FamilyRules,
  type Labels,
  type Rule,
  type RuleAction,
  rulesFrom,
} from '#modules/commons/families/rules.ts'

/** Who decides. */
export interface Curator {
  personId: string | null
  mandateId: string | null
}

/** A decision as it was taken, for its history. */
export interface RuleRecord extends Rule {
  id: string
  number: number
  personId: string | null
  /** Null when who it was is known no longer. */
  person: string | null
  decidedAt: Date
  undoneAt: Date | null
}

/** The rules of a network. To be read in the turn of those who write it: until the end of it they stay the same. */
export async function readRules(trx: Trx, networkId: string): Promise<FamilyRules> {
  return rulesFrom(await listRules(trx, networkId))
}

/** All that count, and those undone that still say where a key leads; in their order. */
export async function listRules(
  trx: Trx,
  networkId: string,
): Promise<(Rule & { id: string; number: number })[]> {
  const { rows } = await sql<RuleRow>`
    select ${ruleColumns} from commons_family_rule
    where network_id = ${networkId} and (undone_at is null or action = 'spelling')
    order by number`.execute(trx)
  return rows.map(asRule)
}

/** The decisions that count, page by page as they were taken. @param after number of the last one seen */
export async function pageOfRules(
  trx: Trx,
  networkId: string,
  after: number,
  most: number,
): Promise<RuleRecord[]> {
  const { rows } = await sql<RecordRow>`
    select ${recordColumns} from commons_family_rule rule
    left join person on person.network_id = rule.network_id and person.id = rule.person_id
    where rule.network_id = ${networkId} and rule.undone_at is null and rule.number > ${after}
    order by rule.number limit ${most}`.execute(trx)
  return rows.map(asRecord)
}

/** What was decided about a family or led to it, the latest first; what was undone too. */
export async function historyOf(
  trx: Trx,
  networkId: string,
  kind: FacetKind,
  key: string,
): Promise<RuleRecord[]> {
  const { rows } = await sql<RecordRow>`
    select ${recordColumns} from commons_family_rule rule
    left join person on person.network_id = rule.network_id and person.id = rule.person_id
    where rule.network_id = ${networkId} and rule.kind = ${kind} and (
      rule.key = ${key} or rule.into_key = ${key}
      or rule.key in (select alias.key from commons_alias alias
        where alias.network_id = ${networkId} and alias.kind = ${kind} and alias.into_key = ${key})
    )
    order by rule.number desc limit ${mostHistory}`.execute(trx)
  return rows.map(asRecord)
}

const mostHistory = 200

export async function findRule(trx: Trx, networkId: string, id: string): Promise<RuleRecord | null> {
  const { rows } = await sql<RecordRow>`
    select ${recordColumns} from commons_family_rule rule
    left join person on person.network_id = rule.network_id and person.id = rule.person_id
    where rule.network_id = ${networkId} and rule.id = ${id}::uuid`.execute(trx)
  return rows[0] ? asRecord(rows[0]) : null
}

/** Keeps decisions in the order given, with whether the public has read what goes by them. */
export async function insertRules(
  trx: Trx,
  networkId: string,
  curator: Curator,
  decisions: (Decision & { id: string })[],
): Promise<void> {
  const rows = decisions.map((decision, position) => ({ ...decision, position: position + 1 }))
  await sql`
    insert into commons_family_rule (
      network_id, id, number, kind, action, key, written, into_key, labels, hidden, seen, person_id, mandate_id
    )
    select ${networkId}::uuid, id, position + coalesce((
        select max(number) from commons_family_rule where network_id = ${networkId}
      ), 0), decision.kind, action, decision.key, written, "intoKey", decision.labels, decision.hidden,
      coalesce(facet.public_items > 0, false) and action = 'merge', ${curator.personId}::uuid, ${curator.mandateId}::uuid
    from json_to_recordset(${JSON.stringify(rows)}::json) as decision (
      id uuid, position integer, kind text, action text, key text, written text, "intoKey" text, labels jsonb, hidden boolean
    )
    left join commons_facet facet
      on facet.network_id = ${networkId} and facet.kind = decision.kind and facet.key = decision.key`.execute(
    trx,
  )
}

/** Notes that a decision no longer counts; what the public read of it meanwhile goes on leading somewhere. */
export async function markUndone(trx: Trx, networkId: string, curator: Curator, id: string): Promise<void> {
  await sql`
    update commons_family_rule rule set undone_at = now(), undone_by = ${curator.personId}::uuid,
      seen = seen or (action = 'spelling' and exists (
        select from commons_facet facet
        where facet.network_id = rule.network_id and facet.kind = rule.kind and facet.key = rule.into_key and public_items > 0
      ))
    where network_id = ${networkId} and id = ${id}::uuid`.execute(trx)
}

const ruleColumns = sql`id, number, kind, action, key, written, into_key, labels, hidden, seen, undone_at`
const recordColumns = sql`rule.id, rule.number, rule.kind, rule.action, rule.key, rule.written, rule.into_key, rule.labels,
  rule.hidden, rule.seen, rule.undone_at, rule.person_id, person.name as person, rule.decided_at`

interface RuleRow {
  id: string
  number: number
  kind: string
  action: string
  key: string
  written: string | null
  into_key: string | null
  labels: Labels | null
  hidden: boolean | null
  seen: boolean
  undone_at: Date | null
}

interface RecordRow extends RuleRow {
  person_id: string | null
  person: string | null
  decided_at: Date
}

function asRule(row: RuleRow): Rule & { id: string; number: number } {
  const { into_key: intoKey, undone_at, kind, action, ...same } = row
  return {
    ...same,
    kind: kind as FacetKind,
    action: action as RuleAction,
    intoKey,
    undone: undone_at !== null,
  }
}

function asRecord(row: RecordRow): RuleRecord {
  const { person_id: personId, person, decided_at: decidedAt, ...rule } = row
  return { ...asRule(rule), personId, person, decidedAt, undoneAt: row.undone_at }
}
