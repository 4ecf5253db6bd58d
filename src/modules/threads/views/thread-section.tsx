import { href } from '#http/routes.ts'
import type { Network } from '#modules/network/index.ts'
import { mostCounted } from '#modules/threads/reading.ts'
import type { ShownThread } from '#modules/threads/shown.ts'
import { MessageForm } from '#modules/threads/views/message-fields.tsx'
import { MessageView, useThreadPlace } from '#modules/threads/views/message-view.tsx'
import { useFrame } from '#ui/frame.ts'

/** The latest of a thread, on the page of what it is about, and the way to say something. */
export function ThreadSection({ network, thread: shown }: { network: Network; thread: ShownThread | null }) {
  const { t } = useFrame().i18n
  if (!shown) return null
  return (
    <section class="thread-section" id="thread" aria-labelledby="thread-title">
      <h2 id="thread-title">{t('threads.name')}</h2>
      <Messages network={network} shown={shown} beside />
      <Say network={network} shown={shown} />
    </section>
  )
}

/** What was said, the latest last. @param beside on the page of what it is about: the rest is on the thread's own */
export function Messages({
  network,
  shown,
  beside = false,
}: {
  network: Network
  shown: ShownThread
  beside?: boolean
}) {
  const { t } = useFrame().i18n
  const { thread, messages, personId } = shown
  const place = useThreadPlace(network, thread)
  const page = (name: 'before' | 'from', id: string) =>
    href('thread', place, new URLSearchParams({ [name]: id }))
  const news = messages.filter(one => isNew(shown, one))
  const whole =
    shown.news === 0
      ? t('threads.whole')
      : shown.news > mostCounted
        ? t('threads.whole.more', { count: mostCounted })
        : t('threads.whole.new', { count: shown.news })
  return (
    <>
      {beside && (messages.length > 0 || thread.id !== null) && (
        <p class="thread-links">
          <a href={href('thread', place)}>{whole}</a>
        </p>
      )}
      {messages.length === 0 && <p>{thread.found.mayWrite ? t('threads.empty') : t('threads.empty.read')}</p>}
      {shown.earlier !== null && (
        <p class="more">
          <a class="button quiet" rel="prev" href={page('before', shown.earlier)}>
            {t('threads.earlier')}
          </a>
        </p>
      )}
      {messages.length > 0 && (
        <ol class="messages">
          {messages.map(message => (
            <li key={message.id}>
              {message.id === news[0]?.id && <p class="since">{t('threads.since')}</p>}
              <MessageView
                network={network}
                thread={thread}
                message={message}
                personId={personId}
                isNew={news.includes(message)}
              />
            </li>
          ))}
        </ol>
      )}
      {shown.later !== null && (
        <p class="more">
          <a class="button quiet" rel="next" href={page('from', shown.later)}>
            {t('threads.later')}
          </a>
        </p>
      )}
    </>
  )
}

/** The form, or why there is none. */
export function Say({ network, shown }: { network: Network; shown: ShownThread }) {
  const { t } = useFrame().i18n
  const place = useThreadPlace(network, shown.thread)
  if (shown.thread.closedAt) return <p class="notice">{t('threads.closed')}</p>
  if (!shown.thread.found.mayWrite) return null
  return (
    <div class="say no-print" id="say">
      <MessageForm
        network={network}
        shown={shown}
        action={href('thread', place)}
        submit={t('threads.submit')}
      />
    </div>
  )
}

function isNew({ thread, personId }: ShownThread, message: ShownThread['messages'][number]): boolean {
  return (
    thread.seenId !== null &&
    message.id > thread.seenId &&
    message.personId !== personId &&
    !message.removedAt
  )
}
