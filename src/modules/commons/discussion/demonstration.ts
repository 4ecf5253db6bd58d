import { sql } from 'kysely'
import { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { newId } from '#kernel/ids.ts'
import { locate, openDiscussed, readDiscussed } from '#modules/commons/discussion/discussed.ts'
import { selectorOf } from '#modules/commons/discussion/passage.ts'
import { type Cast, deed, momentOf } from '#modules/commons/writing/demonstration.ts'

/** A comment of the demonstration; with a replacement, a suggestion. */
export const saidOfPage = deed.extend({
  path: z.string(),
  quote: z.string(),
  body: z.string(),
  replacement: z.string().optional(),
  answers: z.array(deed.extend({ body: z.string() })).default([]),
  resolvedBy: z.email().optional(),
  resolvedDaysAgo: z.int().default(1),
})
export type SaidOfPage = z.output<typeof saidOfPage>

/** Brings what people of the demonstration said of a page, the first said first. Nobody is written to. */
export async function bringComments(
  trx: Trx,
  cast: Cast,
  documentId: string,
  said: SaidOfPage[],
  now: Date,
): Promise<void> {
  for (const { by, path, quote, body, replacement, answers, ...more } of said) {
    const entry = cast(by)
    const discussed = await openDiscussed(trx, entry, documentId)
    const readable = await readDiscussed(trx, entry, discussed)
    const found = locate(discussed, readable, path, { exact: quote, prefix: '', suffix: '' })
    if (!found?.passage.sure) throw new Error(`${path} does not say: ${quote}`)
    const selector = selectorOf(found.text, found.passage)
    const of = {
      network_id: entry.network.id,
      document_id: documentId,
      audience: readable.unpublished.has(path) ? 'writers' : 'network',
    }
    const id = newId()
    await trx
      .insertInto('commons_comment')
      .values([
        {
          ...of,
          id,
          parent_id: null,
          path,
          quote: selector.exact,
          prefix: selector.prefix,
          suffix: selector.suffix,
          kind: replacement === undefined ? 'comment' : 'suggestion',
          body,
          replacement: replacement ?? null,
          person_id: entry.personId,
          mandate_id: entry.actor.mandateId,
          created_at: momentOf(now, more),
        },
      ])
      .execute()
    for (const answer of answers) {
      const { personId, actor } = cast(answer.by)
      await trx
        .insertInto('commons_comment')
        .values({
          ...of,
          id: newId(),
          parent_id: id,
          kind: 'comment',
          body: answer.body,
          person_id: personId,
          mandate_id: actor.mandateId,
          created_at: momentOf(now, answer),
        })
        .execute()
    }
    if (more.resolvedBy === undefined) continue
    const at = momentOf(now, { daysAgo: more.resolvedDaysAgo, at: '12:00' })
    await sql`
      update commons_comment
      set state = 'resolved', decided_by = ${cast(more.resolvedBy).personId}::uuid, decided_at = ${at}
      where network_id = ${entry.network.id}::uuid and id = ${id}::uuid`.execute(trx)
  }
}
