import { href } from '#http/routes.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import type { OpenedThread } from '#modules/threads/opening.ts'
import { mostCounted } from '#modules/threads/reading.ts'
import { type Wish, wishes } from '#modules/threads/schema.ts'
import type { ShownThread } from '#modules/threads/shown.ts'
import { useThreadPlace } from '#modules/threads/views/message-view.tsx'
import { Messages, Say } from '#modules/threads/views/thread-section.tsx'
import type { MessageKey } from '#platform/i18n/i18n.ts'
import { ActionButton, Select } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

const wishNames: Record<Wish, MessageKey> = {
  all: 'threads.wish.all',
  mentions: 'threads.wish.mentions',
  none: 'threads.wish.none',
}

/** A thread by itself, page by page. */
export function ThreadPage({ network, shown }: { network: Network; shown: ShownThread }) {
  const { t, locale } = useFrame().i18n
  const { thread } = shown
  return (
    <NetworkLayout of={network} title={`${t('threads.name')} · ${thread.found.title}`} noIndex>
      <div class="listing thread-page">
        <p class="crumbs">
          <a href={thread.found.address(locale)}>{thread.found.title}</a>
        </p>
        <h1>{t('threads.title', { title: thread.found.title })}</h1>
        {shown.news > 0 && (
          <p class="lede">
            {shown.news > mostCounted
              ? t('threads.news.more', { count: mostCounted })
              : t('threads.news', { count: shown.news })}
          </p>
        )}
        <Messages network={network} shown={shown} />
        <Say network={network} shown={shown} />
        {shown.personId !== null && <Subscription network={network} shown={shown} />}
        <Closure network={network} thread={thread} />
      </div>
    </NetworkLayout>
  )
}

function Subscription({ network, shown }: { network: Network; shown: ShownThread }) {
  const { t } = useFrame().i18n
  const { thread, byMail } = shown
  return (
    <section class="subscription no-print" aria-labelledby="wish-title">
      <h2 id="wish-title">{t('threads.wish.title')}</h2>
      <p>{byMail ? t('threads.mail.yes') : t('threads.mail.no')}</p>
      <form
        method="post"
        action={href('threadSubscription', useThreadPlace(network, thread))}
        class="form inline-form"
      >
        <Select
          name="wish"
          label={t('threads.wish')}
          state={{ values: { wish: [thread.wish ?? 'all'] }, errors: {} }}
          choices={wishes.map(value => ({ value, label: t(wishNames[value]) }))}
          required
        />
        <button type="submit" class="button quiet">
          {t('threads.wish.submit')}
        </button>
      </form>
    </section>
  )
}

/** For those who run what it is about. */
function Closure({ network, thread }: { network: Network; thread: OpenedThread }) {
  const { t } = useFrame().i18n
  const place = useThreadPlace(network, thread)
  if (!thread.found.mayRun) return null
  return (
    <div class="choices no-print">
      <ActionButton
        action={href('threadClosure', place)}
        label={thread.closedAt ? t('threads.open') : t('threads.close')}
        fields={{ closed: thread.closedAt ? 'no' : 'yes' }}
      />
    </div>
  )
}
