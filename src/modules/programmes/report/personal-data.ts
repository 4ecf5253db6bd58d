import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

/** What somebody said of programmes, however it is signed: it is theirs. */
export async function quotesData(
  trx: Trx,
  networkId: string,
  accountId: string,
): Promise<Record<string, unknown>> {
  const { rows } = await sql`
    select programme.name as programme, step.title as step, quote.body, quote.consent, quote.signed_as as "signedAs",
      quote.created_at as "createdAt"
    from programme_quote quote
    join programme on programme.network_id = quote.network_id and programme.id = quote.programme_id
    left join programme_step step on step.network_id = quote.network_id and step.programme_id = quote.programme_id
      and step.id = quote.step_id
    where quote.network_id = ${networkId} and quote.person_id in (
      select id from person where network_id = ${networkId} and account_id = ${accountId})
    order by quote.created_at, quote.id limit 10000`.execute(trx)
  return { programmeQuotes: rows }
}
