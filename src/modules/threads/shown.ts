import type { Trx } from '#db/database.ts'
import type { AppContext } from '#http/context.ts'
import { emptyForm, type FormState } from '#http/form.ts'
import { type Entry, entryOf } from '#modules/network/index.ts'
import { waitingFiles } from '#modules/threads/enclosures.ts'
import type { Callable } from '#modules/threads/mentions.ts'
import { type OpenedThread, openThread, type SubjectRef } from '#modules/threads/opening.ts'
import { callable } from '#modules/threads/people.ts'
import { countNew, type Page, type PageWanted, readMessages } from '#modules/threads/reading.ts'

/** A thread with what a page shows of it. */
export interface ShownThread extends Page {
  thread: OpenedThread
  /** Who reads. */
  personId: string | null
  /** How much is new since their last visit. */
  news: number
  /** Who can be called by name; none where there are too many to choose from. */
  people: Callable[]
  /** Whether answers by mail are taken in. */
  byMail: boolean
  form: FormState
  /** Files that came with a form which was not taken. */
  waiting: { id: string; name: string }[]
}

/** How many messages stand on the page of what a thread is about. */
const mostBeside = 10

/** Of how many people one may choose by sight. */
const mostChoices = 60

/**
 * The latest of a thread, for the page of what it is about, which has let the reader in. Without a thread for the public:
 * what members say to each other is theirs.
 */
export async function threadOf(c: AppContext, trx: Trx, subject: SubjectRef): Promise<ShownThread | null> {
  const entry = entryOf(c)
  if (entry.role === 'visitor') return null
  const thread = await openThread(trx, c.var.services.threadSubjects, entry, subject)
  return show(c, trx, entry, thread, { size: mostBeside })
}

export async function show(
  c: AppContext,
  trx: Trx,
  entry: Entry,
  thread: OpenedThread,
  { size, form = emptyForm, ...wanted }: PageWanted & { size?: number; form?: FormState },
): Promise<ShownThread> {
  const { services } = c.var
  const networkId = entry.network.id
  const page = await readMessages(trx, networkId, thread.id, wanted, size)
  const people =
    thread.found.mayWrite && !thread.closedAt
      ? await callable(trx, services.threadSubjects, networkId, thread.subject)
      : []
  return {
    ...page,
    thread,
    personId: entry.personId,
    news: await countNew(trx, entry, thread),
    people: people.length > mostChoices ? [] : people.filter(one => one.personId !== entry.personId),
    byMail: services.config.replyDomain !== null,
    form,
    waiting: await waitingFiles(trx, entry, form.values.files ?? []),
  }
}
