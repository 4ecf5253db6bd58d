import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { parse } from 'yaml'
import { z } from 'zod'
import { inTenant } from '#db/tenant.ts'
import type { DemoContext } from '#http/module.ts'
import { consents, signatures } from '#modules/programmes/report/quotes.ts'

const described = z.record(
  z.string(),
  z.record(
    z.string(),
    z.array(
      z.object({
        by: z.email(),
        consent: z.enum(consents),
        signed: z.enum(signatures),
        step: z.number().int().min(1).nullable().default(null),
        body: z.string(),
      }),
    ),
  ),
)

/** Words of participants about the programmes that are there; done again, it changes nothing. */
export async function bringQuotes({ db, folder, networks }: DemoContext): Promise<void> {
  const file = join(folder, 'programme-quotes.yaml')
  if (!existsSync(file)) return
  const all = described.parse(parse(readFileSync(file, 'utf8')))
  for (const [slug, { id: networkId }] of networks) {
    const quotes = Object.entries(all[slug] ?? {}).flatMap(([programme, said]) =>
      said.map(one => ({ programme, ...one })),
    )
    if (quotes.length === 0) continue
    await inTenant(db, { networkId, audience: 'network' }, trx =>
      sql`
        with numbered as (
          select step.*, row_number() over (partition by step.programme_id order by capsule.position, step.position) as n
          from programme_step step
          join programme_capsule capsule on capsule.network_id = step.network_id
            and capsule.programme_id = step.programme_id and capsule.id = step.capsule_id
          where step.network_id = ${networkId}::uuid
        )
        insert into programme_quote (network_id, programme_id, id, step_id, organisation_id, person_id, body, consent, signed_as)
        select ${networkId}::uuid, programme.id, gen_random_uuid(), numbered.id,
          case when said.signed <> 'nobody' then member.organisation_id end, person.id, said.body, said.consent, said.signed
        from jsonb_to_recordset(${JSON.stringify(quotes)}::jsonb)
          as said (programme text, "by" text, consent text, signed text, step integer, body text)
        join programme on programme.network_id = ${networkId}::uuid and programme.name = said.programme
        join person on person.network_id = ${networkId}::uuid and person.email = said."by"
        left join group_member member on member.network_id = ${networkId}::uuid
          and member.group_id = programme.group_id and member.person_id = person.id and member.valid_until is null
        left join numbered on numbered.programme_id = programme.id and numbered.n = said.step
        where not exists (
          select from programme_quote known
          where known.network_id = ${networkId}::uuid and known.programme_id = programme.id and known.body = said.body
        )`.execute(trx),
    )
  }
}
