import { href } from '#http/routes.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import type { Message } from '#modules/threads/reading.ts'
import type { ShownThread } from '#modules/threads/shown.ts'
import { MessageForm } from '#modules/threads/views/message-fields.tsx'
import { MessageView, useThreadPlace } from '#modules/threads/views/message-view.tsx'
import { ThreadCrumbs } from '#modules/threads/views/thread-crumbs.tsx'
import { useFrame } from '#ui/frame.ts'

/** One message, to be answered. */
export function AnswerPage({
  network,
  shown,
  message,
}: {
  network: Network
  shown: ShownThread
  message: Message
}) {
  const { t } = useFrame().i18n
  const { thread, personId } = shown
  const place = { ...useThreadPlace(network, thread), message: message.id }
  const title = t('threads.answer.title', { name: message.name ?? t('history.nobody') })
  return (
    <NetworkLayout of={network} title={title} noIndex>
      <div class="listing thread-page">
        <ThreadCrumbs network={network} thread={thread} />
        <h1>{title}</h1>
        <MessageView network={network} thread={thread} message={message} personId={personId} alone />
        {thread.closedAt ? (
          <p class="notice">{t('threads.closed')}</p>
        ) : (
          <MessageForm
            network={network}
            shown={shown}
            action={href('threadMessageAnswer', place)}
            submit={t('threads.submit')}
          />
        )}
      </div>
    </NetworkLayout>
  )
}
