import type { ComponentChildren } from 'preact'
import { href } from '#http/routes.ts'
import type { Discussed } from '#modules/commons/discussion/discussed.ts'
import type { Comment, Thread } from '#modules/commons/discussion/threads.ts'
import { decidedBy, stateNames } from '#modules/commons/discussion/words.ts'
import { differences } from '#modules/commons/history/differences.ts'
import { questionName } from '#modules/commons/history/value-words.ts'
import { DifferenceText } from '#modules/commons/history/views/difference-text.tsx'
import type { Network } from '#modules/network/index.ts'
import { inlineText, renderMarkdown } from '#platform/markdown/index.ts'
import { useFrame } from '#ui/frame.ts'

/** Where a page is read that people speak of. */
export function pageAddress(
  discussed: Discussed,
  here: { locale: 'fr' | 'en' | 'es' | 'pt'; network: string },
): string {
  return discussed.document && (discussed.mayWrite || discussed.slug === null)
    ? href('writingPage', { ...here, document: discussed.id })
    : href('item', { ...here, slug: discussed.slug ?? '' })
}

/** What was said, with all that was answered and what was decided, in the order in which it came. */
export function ThreadView({
  network,
  discussed,
  thread,
  children,
}: {
  network: Network
  discussed: Discussed
  thread: Thread
  /** What one may do with it, below. */
  children?: ComponentChildren
}) {
  const { t } = useFrame().i18n
  const { decidedAt } = thread
  const before = thread.answers.filter(one => decidedAt === null || one.createdAt <= decidedAt)
  const after = thread.answers.slice(before.length)
  return (
    <article class="thread" data-state={thread.state} id={`thread-${thread.id}`}>
      <p class="about">
        <State thread={thread} />{' '}
        <span lang={discussed.language}>
          {thread.path === null
            ? t('discussion.whole-page')
            : questionName(discussed.template, thread.path, discussed.language)}
        </span>
        <Audience thread={thread} />
      </p>
      {thread.kind === 'comment' && thread.selector.exact !== '' && (
        <blockquote class="passage" lang={discussed.language}>
          {inlineText(thread.selector.exact)}
        </blockquote>
      )}
      {thread.kind === 'suggestion' && !thread.removed && (
        <DifferenceText
          pieces={differences(thread.selector.exact, thread.replacement ?? '')}
          language={discussed.language}
          longestFold={Number.POSITIVE_INFINITY}
        />
      )}
      <Said network={network} comment={thread} />
      <Answers network={network} discussed={discussed} answers={before} />
      <Decided network={network} thread={thread} />
      <Answers network={network} discussed={discussed} answers={after} />
      {children}
    </article>
  )
}

function Answers({
  network,
  discussed,
  answers,
}: {
  network: Network
  discussed: Discussed
  answers: Comment[]
}) {
  if (answers.length === 0) return null
  return (
    <ol class="answers">
      {answers.map(answer => (
        <li key={answer.id} id={`comment-${answer.id}`}>
          <Said network={network} comment={answer} />
          <OwnLinks network={network} discussed={discussed} comment={answer} />
        </li>
      ))}
    </ol>
  )
}

/** What one may do with one's own words; those who run the network's work may take back any. */
export function OwnLinks({
  network,
  discussed,
  comment,
  decided = false,
}: {
  network: Network
  discussed: Discussed
  comment: Comment
  decided?: boolean
}) {
  const { i18n, place } = useFrame()
  const { t, locale } = i18n
  const own = comment.personId !== null && comment.personId === discussed.reader.personId
  const runs = place?.role === 'facilitator' || place?.role === 'administrator'
  if (comment.removed || !(own || runs)) return null
  const here = { locale, network: network.slug, document: discussed.id, comment: comment.id }
  return (
    <p class="choices no-print">
      {own && !decided && <a href={href('writingCommentText', here)}>{t('discussion.change')}</a>}
      <a href={href('writingCommentRemoval', here)}>{t('discussion.remove')}</a>
    </p>
  )
}

export function State({ thread }: { thread: Thread }) {
  const { t } = useFrame().i18n
  const name =
    thread.kind === 'suggestion' && thread.state === 'open'
      ? t('discussion.suggestion')
      : t(stateNames[thread.state])
  return <span class="state">{name}</span>
}

/** Says so where it is for those alone who write the page. */
export function Audience({ thread }: { thread: Thread }) {
  const { t, locale } = useFrame().i18n
  if (thread.audience !== 'writers') return null
  return (
    <>
      {' '}
      <span class="between" lang={locale}>
        {t('discussion.writers-only')}
      </span>
    </>
  )
}

function Said({ network, comment }: { network: Network; comment: Comment }) {
  const { t, moment } = useFrame().i18n
  return (
    <div class="said">
      <p class="by">
        <strong>{comment.name ?? t('history.nobody')}</strong>{' '}
        <small>
          <time dateTime={comment.createdAt.toISOString()}>
            {moment(comment.createdAt, network.timeZone)}
          </time>
          {comment.editedAt && !comment.removed && ` · ${t('discussion.edited')}`}
        </small>
      </p>
      {comment.removed ? (
        <p class="taken-back">{t('discussion.removed')}</p>
      ) : (
        comment.body !== '' && (
          <div
            class="words"
            dangerouslySetInnerHTML={{ __html: renderMarkdown(comment.body, { headingShift: 3 }) }}
          />
        )
      )}
    </div>
  )
}

function Decided({ network, thread }: { network: Network; thread: Thread }) {
  const { t, moment } = useFrame().i18n
  if (thread.state === 'open' || !thread.decidedAt) return null
  return (
    <p class="decided">
      {t(decidedBy[thread.state], {
        name: thread.decidedBy ?? t('history.nobody'),
        moment: moment(thread.decidedAt, network.timeZone),
      })}
    </p>
  )
}
