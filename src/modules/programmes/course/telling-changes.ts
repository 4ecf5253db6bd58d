import type { Trx } from '#db/database.ts'
import { href } from '#http/routes.ts'
import type { Entry } from '#modules/network/index.ts'
import { type Letter, type Told, toldIn, writeTo } from '#modules/programmes/course/telling.ts'
import { modeNames, whenWords } from '#modules/programmes/course/views/names.ts'
import type { Programme, Step } from '#modules/programmes/programme.ts'
import type { I18n, MessageKey } from '#platform/i18n/i18n.ts'

/** What became of a step. */
export type StepNews = {
  title: string
  /** Who is registered for this meeting has heard of it by their calendar. */
  meetingId: string | null
} & (
  | {
      kind: 'added' | 'back' | 'left' | 'otherwise'
      step: Pick<Step, 'mode' | 'opensOn' | 'dueOn' | 'beginsAt'>
    }
  | { kind: 'moved'; was: LocalTime; is: LocalTime }
)

/** By the clocks of where it is; work of one's own is due on a day. */
interface LocalTime {
  day: string
  time: string | null
}

/** The programme itself. */
export type Turn = 'paused' | 'resumed' | 'ended'

/** What is said of a change beside what it changed. */
export interface Why {
  reason: string
  resumesOn: string | null
  /** It puts back what was before. */
  undone: boolean
}

interface Changes extends Why {
  news: readonly StepNews[]
  turn: Turn | null
  /** Meetings still to come. */
  ahead: number
}

/** To all of the group but whoever did it: once, of all that each has not heard by their calendar, and why. */
export async function tellChanges(
  trx: Trx,
  entry: Entry,
  programme: Programme,
  changes: Changes,
  linkOrigin: string,
): Promise<void> {
  const { network } = entry
  const { news, turn } = changes
  const registered = await registeredFor(
    trx,
    network.id,
    news.flatMap(({ meetingId }) => meetingId ?? []),
  )
  const unheard = new Map<string, { told: Told[]; news: StepNews[] }>()
  for (const person of await toldIn(trx, network.id, programme.groupId)) {
    const left = news.filter(
      ({ meetingId }) => !meetingId || !registered.has(`${meetingId} ${person.personId}`),
    )
    if (left.length === 0 && !turn) continue
    const key = left.map(one => news.indexOf(one)).join()
    const alike = unheard.get(key) ?? { told: [], news: left }
    alike.told.push(person)
    unheard.set(key, alike)
  }
  for (const { told, news } of unheard.values())
    await writeTo(trx, entry, told, linkOrigin, i18n => {
      const here = { locale: i18n.locale, network: network.slug, programme: programme.id }
      return letterOf(i18n, programme, { ...changes, news }, linkOrigin + href('programme', here))
    })
}

function letterOf(
  i18n: I18n,
  { name }: Programme,
  { news, turn, ahead, reason, resumesOn, undone }: Changes,
  url: string,
): Letter {
  const said = [
    undone && i18n.t('mail.programme-changed.undone'),
    resumesOn !== null && i18n.t('mail.programme-resumed.on', { day: i18n.day(resumesOn) }),
    reason && `> ${reason.replaceAll(/\s+/g, ' ')}`,
  ]
  const ordered = sections
    .flatMap(kind => news.filter(one => one.kind === kind).toSorted((a, b) => (dayOf(a) < dayOf(b) ? -1 : 1)))
    .slice(0, mostListed)
  const more = news.length - ordered.length
  const say = (one: StepNews) => `- ${wordsOf(i18n, one)}`
  if (!turn && news.every(({ kind }) => kind === 'moved'))
    return {
      template: 'programme-moved',
      params: {
        ...{ programme: name, count: news.length, more, url },
        moves: [...said, ordered.map(say).join('\n')].filter(Boolean).join('\n\n'),
      },
    }
  const listed = sections.flatMap(kind => {
    const list = ordered.filter(one => one.kind === kind)
    if (list.length === 0) return []
    // Their meetings are made anew: nobody is registered for those.
    const anew =
      kind === 'back' &&
      list.some(one => one.kind === 'back' && one.step.mode !== 'own_work' && one.meetingId === null)
    return [
      i18n.t(headings[kind]),
      list.map(say).join('\n'),
      ...(anew ? [i18n.t('mail.programme-changed.again')] : []),
    ]
  })
  return {
    template: turn ? `programme-${turn}` : 'programme-changed',
    params: {
      ...{ programme: name, ahead: turn === 'resumed' ? 0 : ahead, more, url },
      changes: [...said, ...listed].filter(Boolean).join('\n\n'),
    },
  }
}

function wordsOf(i18n: I18n, news: StepNews): string {
  const { kind, title } = news
  if (kind === 'moved') {
    const { was, is } = news
    const say = ({ day, time }: LocalTime) =>
      time !== null && was.day === is.day
        ? i18n.t('programme.when.meeting', { day: i18n.day(day), time })
        : i18n.day(day)
    const key = was.time === null ? 'mail.programme-moved.deadline' : 'mail.programme-moved.one'
    return i18n.t(key, { title, was: say(was), day: say(is) })
  }
  const when = whenWords(i18n, news.step)
  return kind === 'otherwise'
    ? `${title} – ${i18n.t(modeNames[news.step.mode])}, ${when}`
    : `${when} – ${title}`
}

function dayOf(news: StepNews): string {
  return news.kind === 'moved' ? news.is.day : news.step.dueOn
}

const headings = {
  left: 'mail.programme-changed.left',
  added: 'mail.programme-changed.added',
  back: 'mail.programme-changed.back',
  otherwise: 'mail.programme-changed.otherwise',
  moved: 'mail.programme-changed.moved',
} as const satisfies Record<StepNews['kind'], MessageKey>

/** As they follow each other in the letter. */
const sections = Object.keys(headings) as StepNews['kind'][]

const mostListed = 40

/** Meeting and person, as `meeting person`. */
async function registeredFor(
  trx: Trx,
  networkId: string,
  meetingIds: readonly string[],
): Promise<Set<string>> {
  if (meetingIds.length === 0) return new Set()
  const rows = await trx
    .selectFrom('registration')
    .select(['meeting_id', 'person_id'])
    .where('network_id', '=', networkId)
    .where('meeting_id', 'in', meetingIds)
    .where('state', '<>', 'withdrawn')
    .execute()
  return new Set(rows.map(({ meeting_id, person_id }) => `${meeting_id} ${person_id}`))
}
