import { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { findItemById } from '#modules/commons/items.ts'
import { passageHash } from '#modules/commons/translations/passages.ts'
import {
  beginTranslation,
  comparisonOf,
  saveTranslation,
  shareTranslation,
} from '#modules/commons/translations/translations.ts'
import { type Cast, itemOf } from '#modules/commons/writing/demonstration.ts'

/** A translation of the demonstration: a text for each passage of the page that has to be translated, in their order. */
export const translatedPage = z.object({
  file: z.string(),
  by: z.email(),
  language: z.string(),
  texts: z.array(z.string()),
})

export async function bringTranslation(
  trx: Trx,
  cast: Cast,
  { file, by, language, texts }: z.output<typeof translatedPage>,
): Promise<void> {
  const entry = cast(by)
  const { id } = (await itemOf(trx, entry.network.id, file)) ?? { id: '' }
  const item = await findItemById(trx, entry.network.id, id)
  if (!item) throw new Error(`No page ${file}`)
  const { passages } = await comparisonOf(trx, entry.network.id, item, language)
  const missing = passages.filter(({ state }) => state === 'missing')
  if (missing.length !== texts.length) throw new Error(`${file} has ${missing.length} passages to translate`)
  await beginTranslation(trx, entry, item, language)
  await saveTranslation(
    trx,
    entry,
    item,
    language,
    missing.map(({ passage: { path, text } }, index) => ({
      path,
      text: texts[index] ?? '',
      seen: '',
      holds: false,
      source: passageHash(text),
    })),
  )
  await shareTranslation(trx, entry, item, language, 'shared')
}
