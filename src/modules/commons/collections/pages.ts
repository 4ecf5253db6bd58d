import type { Hono } from 'hono'
import type { AppEnv } from '#http/context.ts'
import {
  postCollection,
  postCollectionCopy,
  postCollectionDetails,
  postCollectionKeeper,
  postCollectionKeeperRemoval,
  postCollectionRemoval,
  showCollection,
  showCollectionDetails,
  showCollectionExport,
  showCollectionKeepers,
  showCollectionRemoval,
  showCollections,
} from '#modules/commons/collections/collection-pages.ts'
import {
  postEntry,
  postEntryChange,
  postEntryPosition,
  postEntryRemoval,
  postEntryReturn,
  postItemCollection,
  postSection,
  showEntries,
  showEntry,
  showItemCollections,
} from '#modules/commons/collections/entry-pages.ts'
import { openPage } from '#modules/network/index.ts'

export function openCollectionPages(app: Hono<AppEnv>): void {
  openPage(app, 'collections', { GET: showCollections, POST: postCollection })
  openPage(app, 'collection', { GET: showCollection })
  openPage(app, 'collectionDetails', { GET: showCollectionDetails, POST: postCollectionDetails })
  openPage(app, 'collectionKeepers', { GET: showCollectionKeepers, POST: postCollectionKeeper })
  openPage(app, 'collectionKeeperRemoval', { POST: postCollectionKeeperRemoval })
  openPage(app, 'collectionCopies', { POST: postCollectionCopy })
  openPage(app, 'collectionRemoval', { GET: showCollectionRemoval, POST: postCollectionRemoval })
  openPage(app, 'collectionExport', { GET: showCollectionExport })
  openPage(app, 'collectionEntries', { GET: showEntries, POST: postEntry })
  openPage(app, 'collectionEntry', { GET: showEntry, POST: postEntryChange })
  openPage(app, 'collectionEntryPosition', { POST: postEntryPosition })
  openPage(app, 'collectionEntryRemoval', { POST: postEntryRemoval })
  openPage(app, 'collectionEntryReturn', { POST: postEntryReturn })
  openPage(app, 'collectionSections', { POST: postSection })
  openPage(app, 'itemCollections', { GET: showItemCollections, POST: postItemCollection })
}
