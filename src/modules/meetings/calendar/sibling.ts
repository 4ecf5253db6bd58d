import { sql } from 'kysely'

/** The UID of the first date of the series that a row of `meeting` is of; null for that one itself, and for none. */
export const siblingOf = sql<string | null>`(
  select nullif(first.id, meeting.id) || '@' || substring(first.link_origin from '^https?://(.*?)(?::[0-9]+)?$')
  from meeting first
  where first.network_id = meeting.network_id and first.series_id = meeting.series_id
  order by first.series_date limit 1)`
