import type { Trx } from '#db/database.ts'
import { type AppContext, originOf } from '#http/context.ts'
import type { Publishing } from '#modules/commons/publication/item-manuscript.ts'
import { findPictures } from '#modules/commons/publication/pictures.ts'
import { entryOf } from '#modules/network/index.ts'

/** For whom this request wants something published, with the pictures that these texts speak of. */
export async function publishingFor(c: AppContext, trx: Trx, texts: Iterable<string>): Promise<Publishing> {
  const { network } = entryOf(c)
  const pictures = await findPictures(trx, network.id, texts, network.logoFileId)
  return { network, i18n: c.var.i18n, origin: originOf(c), pictures }
}
