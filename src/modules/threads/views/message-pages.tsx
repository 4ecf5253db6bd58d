import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import type { OwnMessage, Version } from '#modules/threads/messages.ts'
import type { OpenedThread } from '#modules/threads/opening.ts'
import { longestBody } from '#modules/threads/schema.ts'
import { useThreadPlace } from '#modules/threads/views/message-view.tsx'
import { ThreadCrumbs } from '#modules/threads/views/thread-crumbs.tsx'
import { inlineText, renderMarkdown } from '#platform/markdown/index.ts'
import { Form, TextArea } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

interface MessageProps {
  network: Network
  thread: OpenedThread
  message: OwnMessage
}

/** One's own words, to be written anew. */
export function MessagePage({ network, thread, message, form }: MessageProps & { form: FormState }) {
  const { t } = useFrame().i18n
  const place = { ...useThreadPlace(network, thread), message: message.id }
  return (
    <NetworkLayout of={network} title={t('threads.change.title')} noIndex>
      <div class="listing">
        <ThreadCrumbs network={network} thread={thread} />
        <h1>{t('threads.change.title')}</h1>
        <p>{t('threads.change.what')}</p>
        <Form action={href('threadMessage', place)} state={form} submit={t('threads.change.submit')}>
          <TextArea
            name="body"
            label={t('threads.body')}
            hint={t('threads.body.hint')}
            state={form}
            rows={6}
            maxLength={longestBody}
            required
          />
        </Form>
      </div>
    </NetworkLayout>
  )
}

/** Says what goes, before it goes. */
export function RemovalPage({ network, thread, message }: MessageProps) {
  const { t } = useFrame().i18n
  const place = { ...useThreadPlace(network, thread), message: message.id }
  return (
    <NetworkLayout of={network} title={t('threads.removal.title')} noIndex>
      <div class="listing">
        <ThreadCrumbs network={network} thread={thread} />
        <h1>{t('threads.removal.title')}</h1>
        <blockquote class="passage">{inlineText(message.body).slice(0, 600)}</blockquote>
        <p>{message.isOwn ? t('threads.removal.what') : t('threads.removal.others')}</p>
        <Form action={href('threadMessageRemoval', place)} submit={t('threads.removal.submit')} danger />
        <p>
          <a href={href('thread', useThreadPlace(network, thread))}>{t('threads.removal.keep')}</a>
        </p>
      </div>
    </NetworkLayout>
  )
}

/** What a message said before. */
export function VersionsPage({ network, thread, message, versions }: MessageProps & { versions: Version[] }) {
  const { t, moment } = useFrame().i18n
  return (
    <NetworkLayout of={network} title={t('threads.versions.title')} noIndex>
      <div class="listing thread-page">
        <ThreadCrumbs network={network} thread={thread} />
        <h1>{t('threads.versions.title')}</h1>
        {versions.length === 0 && <p>{t('threads.versions.none')}</p>}
        {versions.map(({ number, body, replacedAt }) => (
          <article key={number} class="message">
            <h2>{t('threads.versions.until', { moment: moment(replacedAt, network.timeZone) })}</h2>
            <Words body={body} />
          </article>
        ))}
        <article class="message">
          <h2>{t('threads.versions.now')}</h2>
          <Words body={message.body} />
        </article>
      </div>
    </NetworkLayout>
  )
}

function Words({ body }: { body: string }) {
  return <div class="words" dangerouslySetInnerHTML={{ __html: renderMarkdown(body, { headingShift: 3 }) }} />
}
