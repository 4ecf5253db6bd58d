import { href } from '#http/routes.ts'
import type { Discussion } from '#modules/commons/discussion/discussion.ts'
import type { Thread } from '#modules/commons/discussion/threads.ts'
import { Audience, State } from '#modules/commons/discussion/views/thread.tsx'
import { differences, type Piece } from '#modules/commons/history/differences.ts'
import { questionName } from '#modules/commons/history/value-words.ts'
import { Marked } from '#modules/commons/history/views/difference-text.tsx'
import type { Network } from '#modules/network/index.ts'
import { inlineText } from '#platform/markdown/index.ts'
import { useFrame } from '#ui/frame.ts'

/**
 * What is open, for the side of the page it is about: beside the text where there is room, below it on a phone. Without a
 * form, so that it can stand within one. Needs `wake.js` for the button that a chosen passage brings.
 */
export function ThreadsAside({ network, discussion }: { network: Network; discussion: Discussion }) {
  const { i18n, assets } = useFrame()
  const { t, locale, day } = i18n
  const { discussed, threads, counts } = discussion
  const here = { locale, network: network.slug, document: discussed.id }
  return (
    <section class="threads-aside no-print" aria-labelledby="threads-title">
      <h2 id="threads-title">{t('discussion.name')}</h2>
      {threads.length > 0 && (
        <ul>
          {threads.map(thread => (
            <li key={thread.id}>
              <a href={href('writingComment', { ...here, comment: thread.id })}>
                <span>
                  <State thread={thread} />
                  <Audience thread={thread} />
                </span>
                {thread.path !== null && (
                  <small lang={discussed.language}>
                    {questionName(discussed.template, thread.path, discussed.language)}
                  </small>
                )}
                <Passage thread={thread} language={discussed.language} />
                {thread.body !== '' && <span>{shortened(inlineText(thread.body), 140)}</span>}
                <small>
                  {thread.name ?? t('history.nobody')} ·{' '}
                  <time dateTime={thread.createdAt.toISOString()}>
                    {day(thread.createdAt, network.timeZone)}
                  </time>
                  {thread.answers.length > 0 &&
                    ` · ${t('discussion.answers', { count: thread.answers.length })}`}
                </small>
              </a>
            </li>
          ))}
        </ul>
      )}
      <p class="choices">
        <a href={href('writingNewComment', here)}>{t('discussion.comment-page')}</a>
        {counts.all > 0 && (
          <a href={href('writingComments', here)}>{t('discussion.all', { count: counts.all })}</a>
        )}
      </p>
      <div
        data-island={assets.url('discussion.js')}
        data-address={href('writingNewComment', here)}
        data-label={t('discussion.comment-passage')}
      />
    </section>
  )
}

/** The words it is about; of a suggestion, with those it would have instead. */
function Passage({ thread, language }: { thread: Thread; language: string }) {
  const { exact } = thread.selector
  if (thread.kind !== 'suggestion' || thread.removed)
    return exact === '' ? null : <q lang={language}>{shortened(inlineText(exact), 80)}</q>
  const pieces = differences(exact, thread.replacement ?? '')
  return (
    <span class="change" lang={language}>
      {pieces.map((piece, index) => (
        <Marked key={index} piece={shortPiece(piece, index === 0, index === pieces.length - 1)} />
      ))}
    </span>
  )
}

/** So much of it as tells what changes: of what stays, the words beside the change. */
function shortPiece({ kind, text }: Piece, first: boolean, last: boolean): Piece {
  if (kind !== 'same') return { kind, text: shortened(text, 160) }
  if (text.length <= 60) return { kind, text }
  return { kind, text: `${first ? '' : text.slice(0, 25)} … ${last ? '' : text.slice(-25)}` }
}

/** Beside an answer: the way to say something of it, and how much is said and open. */
export function CommentLink({
  network,
  discussion,
  path,
}: {
  network: Network
  discussion: Discussion
  path: string
}) {
  const { t, locale } = useFrame().i18n
  const { discussed, threads } = discussion
  const here = { locale, network: network.slug, document: discussed.id }
  const count = threads.filter(thread => thread.path === path).length
  return (
    <p class="comment-link no-print" lang={locale}>
      <a href={href('writingNewComment', here, new URLSearchParams({ path }))}>
        {t('discussion.comment-answer')}{' '}
        <span class="visually-hidden">{questionName(discussed.template, path, discussed.language)}</span>
      </a>
      {count > 0 && <small>{t('discussion.open', { count })}</small>}
    </p>
  )
}

function shortened(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 2).trimEnd()}…` : text
}
