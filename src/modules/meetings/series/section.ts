import { sql } from 'kysely'
import { h } from 'preact'
import type { Section } from '#http/module.ts'
import { SeriesLink } from '#modules/meetings/series/views/series-link.tsx'

/** Of a meeting: the series it is a date of, with the date before and the one after. */
export const meetingSeries: Section = async ({ trx, network, subject }) => {
  const { rows } = await sql<{ id: string; title: string; before: string | null; after: string | null }>`
    select series.id, series.terms ->> 'title' as title, (
        select other.id from meeting other
        where other.network_id = meeting.network_id and other.series_id = meeting.series_id
          and other.starts_at < meeting.starts_at and other.state <> 'draft'
        order by other.starts_at desc limit 1
      ) as before, (
        select other.id from meeting other
        where other.network_id = meeting.network_id and other.series_id = meeting.series_id
          and other.starts_at > meeting.starts_at and other.state <> 'draft'
        order by other.starts_at limit 1
      ) as after
    from meeting
    join meeting_series series on series.network_id = meeting.network_id and series.id = meeting.series_id
    where meeting.network_id = ${network.id}::uuid and meeting.id = ${subject.id}::uuid`.execute(trx)
  const [series] = rows
  return series ? { content: h(SeriesLink, { network, series }), scripts: [] } : null
}
