import { href } from '#http/routes.ts'
import type { Discussion } from '#modules/commons/discussion/discussion.ts'
import { State } from '#modules/commons/discussion/views/thread.tsx'
import { questionName } from '#modules/commons/history/value-words.ts'
import type { Network } from '#modules/network/index.ts'
import { inlineText } from '#platform/markdown/index.ts'
import { useFrame } from '#ui/frame.ts'

/**
 * What is open, for the side of the page it is about: beside the text where there is room, below it on a phone. Without a
 * form, so that it can stand within one. Needs `wake.js` for the button that a chosen passage brings.
 */
export function ThreadsAside({ network, discussion }: { network: Network; discussion: Discussion }) {
  const { i18n, assets } = useFrame()
  const { t, locale } = i18n
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
                <State thread={thread} />{' '}
                {thread.path !== null && (
                  <small lang={discussed.language}>
                    {questionName(discussed.template, thread.path, discussed.language)}
                  </small>
                )}
                {thread.selector.exact !== '' && (
                  <q lang={discussed.language}>{shortened(inlineText(thread.selector.exact), 80)}</q>
                )}
                <span>{shortened(inlineText(thread.body), 140)}</span>
                <small>
                  {thread.name ?? t('history.nobody')}
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
