import { href } from '#http/routes.ts'
import type { Network } from '#modules/network/index.ts'
import type { OpenedThread } from '#modules/threads/opening.ts'
import { useThreadPlace } from '#modules/threads/views/message-view.tsx'
import { useFrame } from '#ui/frame.ts'

/** From what is spoken about to its thread. */
export function ThreadCrumbs({ network, thread }: { network: Network; thread: OpenedThread }) {
  const { t, locale } = useFrame().i18n
  const place = useThreadPlace(network, thread)
  return (
    <p class="crumbs">
      <a href={thread.found.address(locale)}>{thread.found.title}</a> ›{' '}
      <a href={href('thread', place)}>{t('threads.name')}</a>
    </p>
  )
}
