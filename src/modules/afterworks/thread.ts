import { sql } from 'kysely'
import type { ThreadSubject } from '#http/module.ts'
import { href } from '#http/routes.ts'
import { isId } from '#kernel/ids.ts'

/** Between the two who agreed, and nobody else: whoever runs the network sees the stages, not what they say. */
export const introductionThread: ThreadSubject = {
  async find(trx, { network, personId }, id) {
    if (personId === null || !isId(id)) return null
    const { rows } = await sql<{ other: string | null; state: string }>`
      select other.name as other, introduction.state from introduction
      left join person other on other.network_id = introduction.network_id
        and other.id in (introduction.asker_id, introduction.asked_id) and other.id <> ${personId}::uuid
      where introduction.network_id = ${network.id} and introduction.id = ${id}
        and introduction.state in ('agreed', 'closed')
        and ${personId}::uuid in (introduction.asker_id, introduction.asked_id)`.execute(trx)
    const [found] = rows
    if (!found) return null
    return {
      title: found.other ?? '',
      address: locale => href('introduction', { locale, network: network.slug, introduction: id }),
      mayWrite: found.state === 'agreed',
      mayRun: false,
    }
  },
  async audience(trx, networkId, id) {
    const { rows } = await sql<{ people: (string | null)[] }>`
      select array[asker_id, asked_id] as people from introduction
      where network_id = ${networkId} and id = ${id} and state in ('agreed', 'closed')`.execute(trx)
    return (rows[0]?.people ?? []).filter(one => one !== null)
  },
}
