import { href } from '#http/routes.ts'
import type { Discussed } from '#modules/commons/discussion/discussed.ts'
import type { Thread } from '#modules/commons/discussion/threads.ts'
import { pageAddress, ThreadView } from '#modules/commons/discussion/views/thread.tsx'
import { MoreLink, type Network, NetworkLayout } from '#modules/network/index.ts'
import { useFrame } from '#ui/frame.ts'

/** All that was said of a page, what is open first. */
export function CommentsPage(props: {
  network: Network
  discussed: Discussed
  threads: Thread[]
  next: string | null
  counts: { open: number; all: number }
}) {
  const { network, discussed, threads, next, counts } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, document: discussed.id }
  const title = t('discussion.title', { title: discussed.title })
  return (
    <NetworkLayout of={network} title={title} noIndex>
      <div class="listing">
        <p class="crumbs">
          <a href={pageAddress(discussed, here)}>{discussed.title}</a>
        </p>
        <h1>{title}</h1>
        <p class="lede">
          {[
            t('discussion.counts', { count: counts.all }),
            ...(counts.all > 0 ? [t('discussion.counts.open', { count: counts.open })] : []),
          ].join(' · ')}
        </p>
        <p class="no-print">
          <a class="button" href={href('writingNewComment', here)}>
            {t('discussion.comment-page')}
          </a>
        </p>
        {threads.length === 0 ? (
          <p>{t('discussion.none')}</p>
        ) : (
          <div class="threads">
            {threads.map(thread => (
              <ThreadView key={thread.id} network={network} discussed={discussed} thread={thread}>
                <p class="choices no-print">
                  <a href={href('writingComment', { ...here, comment: thread.id })}>
                    {thread.kind === 'suggestion' && thread.state === 'open' && discussed.mayWrite
                      ? t('discussion.answer-or-decide')
                      : t('discussion.answer')}
                  </a>
                </p>
              </ThreadView>
            ))}
          </div>
        )}
        <MoreLink next={next} />
        <p>
          <small>{t('discussion.private')}</small>
        </p>
      </div>
    </NetworkLayout>
  )
}
