import { sql } from 'kysely'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { cut } from '#modules/commons/format/cut.ts'
import type { Item } from '#modules/commons/items.ts'
import { templatesOf } from '#modules/commons/templates/catalogue.ts'
import { type Comparison, compare, type KeptPassage } from '#modules/commons/translations/comparison.ts'
import { type Passage, passageHash, passagesOf } from '#modules/commons/translations/passages.ts'
import type { Entry } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'
import { plainText } from '#platform/markdown/index.ts'

export interface Translation {
  language: string
  state: 'draft' | 'shared'
  title: string | null
  personId: string | null
  createdAt: Date
  writtenAt: Date
}

/** In which an item can be had. The public is told those that are shared. */
export async function translationsOf(trx: Trx, networkId: string, itemId: string): Promise<Translation[]> {
  const { rows } = await sql<TranslationRow>`
    select ${translationColumns} from commons_translation
    where network_id = ${networkId} and item_id = ${itemId}::uuid
    order by language`.execute(trx)
  return rows.map(asTranslation)
}

export async function findTranslation(
  trx: Trx,
  networkId: string,
  itemId: string,
  language: string,
): Promise<Translation | null> {
  const { rows } = await sql<TranslationRow>`
    select ${translationColumns} from commons_translation
    where network_id = ${networkId} and item_id = ${itemId}::uuid and language = ${language}`.execute(trx)
  return rows[0] ? asTranslation(rows[0]) : null
}

/** An item beside its translation: every passage with what became of it. */
export async function comparisonOf(
  trx: Trx,
  networkId: string,
  item: Pick<Item, 'id' | 'type' | 'source'>,
  language: string,
): Promise<Comparison> {
  const passages = await passagesOfItem(trx, networkId, item, language)
  return compare(passages, await keptPassages(trx, networkId, item.id, language))
}

/** Titles and summaries in a language, of those items that have them: what a list shows to its reader. */
export async function translatedHeads(
  trx: Trx,
  networkId: string,
  itemIds: readonly string[],
  language: string,
): Promise<Map<string, { title: string; summary: string | null }>> {
  if (itemIds.length === 0) return new Map()
  const { rows } = await sql<{ item_id: string; title: string; summary: string | null }>`
    select item_id, title, summary from commons_translation
    where network_id = ${networkId} and language = ${language} and state = 'shared' and title is not null
      and item_id = any (${[...itemIds]}::uuid[])`.execute(trx)
  return new Map(rows.map(({ item_id, title, summary }) => [item_id, { title, summary }]))
}

/** The names of those who translated, to those inside; those who wrote last come first. */
export async function translatorsOf(
  trx: Trx,
  networkId: string,
  itemId: string,
  language: string,
): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select person.name from person
    join (
      select person_id, max(written_at) as written_at from commons_translated_passage
      where network_id = ${networkId} and item_id = ${itemId}::uuid and language = ${language}
      group by person_id
    ) wrote on wrote.person_id = person.id
    where person.network_id = ${networkId}
    order by wrote.written_at desc, person.id limit 20`.execute(trx)
  return rows.map(({ name }) => name)
}

/** Begins a translation; one that has begun stays as it is. @throws AppError 'invalid-input' for the page's own language */
export async function beginTranslation(
  trx: Trx,
  entry: Entry,
  item: Pick<Item, 'id' | 'language'>,
  language: string,
): Promise<void> {
  if (language === item.language)
    throw new AppError('invalid-input', {
      fields: [{ field: 'language', message: 'translations.error.own' }],
    })
  await sql`
    insert into commons_translation (network_id, item_id, language, state, person_id, mandate_id)
    values (${entry.network.id}::uuid, ${item.id}::uuid, ${language}, 'draft', ${entry.personId}::uuid, ${entry.actor.mandateId}::uuid)
    on conflict (network_id, item_id, language) do nothing`.execute(trx)
}

/** What a translator says of one passage. */
export interface PassageChange {
  path: string
  text: string
  /** The text they had before them, by its hash; of a passage not yet translated ''. */
  seen: string
  /** It still holds, although the original changed. */
  holds: boolean
  /** The original they had before them, by its hash. */
  source: string
}

export interface TranslationSaved {
  saved: string[]
  /** Somebody else has written there since: what they wrote. Theirs stays. */
  conflicts: { path: string; theirs: string }[]
  /** The original has changed since, or the passage is gone: nothing was kept. */
  outdated: string[]
}

/** Keeps what changed of a translation, passage by passage. */
export async function saveTranslation(
  trx: Trx,
  entry: Entry,
  item: Pick<Item, 'id' | 'type' | 'source'>,
  language: string,
  changes: readonly PassageChange[],
): Promise<TranslationSaved> {
  const networkId = entry.network.id
  await lockTranslation(trx, networkId, item.id, language)
  const comparison = await settlePlaces(trx, networkId, item, language)
  const known = new Map(comparison.passages.map(one => [one.passage.path, one]))
  const result: TranslationSaved = { saved: [], conflicts: [], outdated: [] }
  const kept: { path: string; text: string; source: string; hash: string }[] = []
  const gone: string[] = []
  for (const { path, text, seen, holds, source } of changes) {
    const found = known.get(path)
    const written = text.trim()
    const now = found?.kept?.text ?? ''
    if (!found || found.state === 'given') continue
    const same = written === now.trim()
    if (same && !(holds && found.state === 'changed')) continue
    const hash = passageHash(found.passage.text)
    if (hash !== source) result.outdated.push(path)
    else if (!same && passageHash(now) !== seen && !(now === '' && seen === ''))
      result.conflicts.push({ path, theirs: now })
    else {
      if (written === '') gone.push(path)
      else kept.push({ path, text: written, source: found.passage.text, hash })
      result.saved.push(path)
    }
  }
  if (result.saved.length > 0) await writePassages(trx, entry, item, language, kept, gone)
  return result
}

/** Shows a translation to all who read the item, or to its translators alone again. */
export async function shareTranslation(
  trx: Trx,
  entry: Entry,
  item: Pick<Item, 'id' | 'type' | 'source'>,
  language: string,
  state: 'draft' | 'shared',
): Promise<void> {
  const networkId = entry.network.id
  const found = await findTranslation(trx, networkId, item.id, language)
  if (!found) throw new AppError('not-found')
  if (found.state === state) return
  if (state === 'shared' && found.title === null)
    throw new AppError('invalid-input', { fields: [{ field: 'title', message: 'translations.error.title' }] })
  await sql`
    update commons_translation set state = ${state}, shared_at = case when ${state} = 'shared' then now() end
    where network_id = ${networkId} and item_id = ${item.id}::uuid and language = ${language}`.execute(trx)
  await announceChange(trx, networkId)
  await recordChange(trx, networkId, entry.actor, {
    action: 'commons.translation-shared',
    subject: { type: 'item', id: item.id },
    before: { language, state: found.state },
    after: { language, state },
  })
}

/** Takes a translation away with all its passages. */
export async function removeTranslation(
  trx: Trx,
  entry: Entry,
  item: Pick<Item, 'id'>,
  language: string,
): Promise<void> {
  const networkId = entry.network.id
  await sql`
    delete from commons_translation
    where network_id = ${networkId} and item_id = ${item.id}::uuid and language = ${language}`.execute(trx)
  await announceChange(trx, networkId)
  await recordChange(trx, networkId, entry.actor, {
    action: 'commons.translation-removed',
    subject: { type: 'item', id: item.id },
    before: { language },
  })
}

async function passagesOfItem(
  trx: Trx,
  networkId: string,
  { type, source }: Pick<Item, 'type' | 'source'>,
  language: string,
): Promise<Passage[]> {
  const templates = type === null ? [] : await templatesOf(trx, networkId)
  return passagesOf(source, templates.find(template => template.type === type) ?? null, language)
}

async function keptPassages(
  trx: Trx,
  networkId: string,
  itemId: string,
  language: string,
): Promise<KeptPassage[]> {
  const { rows } = await sql<PassageRow>`
    select path, text, source_text, encode(source_hash, 'hex') as source_hash, person_id, written_at
    from commons_translated_passage
    where network_id = ${networkId} and item_id = ${itemId}::uuid and language = ${language}
    order by path`.execute(trx)
  return rows.map(({ source_text, source_hash, person_id, written_at, ...row }) => ({
    ...row,
    sourceText: source_text,
    sourceHash: source_hash,
    personId: person_id,
    writtenAt: written_at,
  }))
}

/** Two who save at once come one after the other. @throws AppError 'not-found' */
async function lockTranslation(trx: Trx, networkId: string, itemId: string, language: string): Promise<void> {
  const { rows } = await sql`
    select 1 from commons_translation
    where network_id = ${networkId} and item_id = ${itemId}::uuid and language = ${language} for update`.execute(
    trx,
  )
  if (rows.length === 0) throw new AppError('not-found')
}

/** Where the page has moved its passages, their translations are kept where they stand now; what fits nowhere is kept aside. */
async function settlePlaces(
  trx: Trx,
  networkId: string,
  item: Pick<Item, 'id' | 'type' | 'source'>,
  language: string,
): Promise<Comparison> {
  const comparison = await comparisonOf(trx, networkId, item, language)
  const places = new Map(
    comparison.passages.flatMap(({ passage, kept }) => (kept ? [[kept.path, passage.path] as const] : [])),
  )
  const aside = new Set(comparison.left.map(({ path }) => path).filter(path => !path.startsWith(left)))
  const taken = new Set(comparison.passages.map(({ passage }) => passage.path))
  const moves = [...places].filter(([from, to]) => from !== to)
  for (const path of aside) if (taken.has(path)) moves.push([path, left + newId()])
  if (moves.length === 0) return comparison
  // First out of each other's way: two may change places.
  const [from, to] = [moves.map(([one]) => one), moves.map(([, other]) => other)]
  for (const [sources, targets] of [
    [from, to.map(path => `>${path}`)],
    [to.map(path => `>${path}`), to],
  ])
    await sql`
      update commons_translated_passage passage set path = moved.target
      from unnest(${sources}::text[], ${targets}::text[]) as moved (source, target)
      where passage.network_id = ${networkId} and passage.item_id = ${item.id}::uuid and passage.language = ${language}
        and passage.path = moved.source`.execute(trx)
  return comparisonOf(trx, networkId, item, language)
}

const left = 'left/'

/** Of a list, and of a heading. */
const longest = { title: 500, summary: 280 }

async function writePassages(
  trx: Trx,
  entry: Entry,
  item: Pick<Item, 'id' | 'type' | 'source'>,
  language: string,
  kept: readonly { path: string; text: string; source: string; hash: string }[],
  gone: readonly string[],
): Promise<void> {
  const networkId = entry.network.id
  await sql`
    delete from commons_translated_passage
    where network_id = ${networkId} and item_id = ${item.id}::uuid and language = ${language}
      and path = any (${[...gone]}::text[])`.execute(trx)
  await sql`
    insert into commons_translated_passage as passage (
      network_id, item_id, language, path, text, source_text, source_hash, person_id, mandate_id
    )
    select ${networkId}::uuid, ${item.id}::uuid, ${language}, path, text, source, decode(hash, 'hex'),
      ${entry.personId}::uuid, ${entry.actor.mandateId}::uuid
    from json_to_recordset(${JSON.stringify(kept)}::json) as kept (path text, text text, source text, hash text)
    on conflict (network_id, item_id, language, path) do update set
      text = excluded.text, source_text = excluded.source_text, source_hash = excluded.source_hash,
      person_id = excluded.person_id, mandate_id = excluded.mandate_id, written_at = now()`.execute(trx)
  const { passages } = await comparisonOf(trx, networkId, item, language)
  const title = passages.find(({ passage }) => passage.path === 'title')?.kept?.text ?? null
  const first = passages.find(({ passage, kept: one }) => passage.kind === 'prose' && one !== null)?.kept
    ?.text
  const summary =
    first === undefined ? null : cut(plainText(first).replace(/\s+/g, ' ').trim(), longest.summary)
  await sql`
    update commons_translation set title = ${title === null ? null : cut(title.replace(/\s+/g, ' '), longest.title)},
      summary = ${summary}, written_at = now()
    where network_id = ${networkId} and item_id = ${item.id}::uuid and language = ${language}`.execute(trx)
  await announceChange(trx, networkId)
}

const translationColumns = sql`language, state, title, person_id, created_at, written_at`

interface TranslationRow {
  language: string
  state: 'draft' | 'shared'
  title: string | null
  person_id: string | null
  created_at: Date
  written_at: Date
}

interface PassageRow {
  path: string
  text: string
  source_text: string
  source_hash: string
  person_id: string | null
  written_at: Date
}

function asTranslation(row: TranslationRow): Translation {
  return {
    language: row.language,
    state: row.state,
    title: row.title,
    personId: row.person_id,
    createdAt: row.created_at,
    writtenAt: row.written_at,
  }
}
