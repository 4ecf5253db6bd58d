import { href } from '#http/routes.ts'
import type { Network } from '#modules/network/index.ts'
import type { OpenedThread } from '#modules/threads/opening.ts'
import type { Message } from '#modules/threads/reading.ts'
import { inlineText, renderMarkdown } from '#platform/markdown/index.ts'
import { useFrame } from '#ui/frame.ts'

/** Where the parts of a thread are found. */
export function useThreadPlace(network: Network, { subject }: OpenedThread) {
  const { locale } = useFrame().i18n
  return { locale, network: network.slug, type: subject.type, subject: subject.id }
}

/** One message, with what its reader may do with it. */
export function MessageView(props: {
  network: Network
  thread: OpenedThread
  message: Message
  personId: string | null
  isNew?: boolean
  /** Alone, to be answered: nothing else is to be done with it here. */
  alone?: boolean
}) {
  const { network, thread, message } = props
  const { t, list, moment } = useFrame().i18n
  const place = { ...useThreadPlace(network, thread), message: message.id }
  return (
    <article class="message" id={`message-${message.id}`} data-new={props.isNew ? true : undefined}>
      <p class="by">
        <strong>{message.name ?? t('history.nobody')}</strong>{' '}
        <small>
          <time dateTime={message.createdAt.toISOString()}>
            {moment(message.createdAt, network.timeZone)}
          </time>
          {message.origin === 'mail' && ` · ${t('threads.by-mail')}`}
          {message.editedAt && !message.removedAt && (
            <>
              {' · '}
              <a href={href('threadMessageVersions', place)}>{t('discussion.edited')}</a>
            </>
          )}
          {props.isNew && <span class="tag new">{t('threads.new')}</span>}
        </small>
      </p>
      {message.answers && <Answered answers={message.answers} />}
      {message.removedAt ? (
        <p class="taken-back">
          {message.removedBy === null
            ? t('threads.removed')
            : t('threads.removed-by', { name: message.removedBy })}
        </p>
      ) : (
        <div
          class="words"
          dangerouslySetInnerHTML={{ __html: renderMarkdown(message.body, { headingShift: 3 }) }}
        />
      )}
      {message.called.length > 0 && (
        <p class="called">
          <small>{t('threads.called', { names: list(message.called) })}</small>
        </p>
      )}
      {message.files.length > 0 && (
        <ul class="enclosed">
          {message.files.map(file => (
            <li key={file.id}>
              <a href={href('threadFile', { ...place, enclosure: file.id })}>{file.name}</a>
            </li>
          ))}
        </ul>
      )}
      {!props.alone && !message.removedAt && <Choices {...props} />}
    </article>
  )
}

/** What a message answers, in short. */
function Answered({ answers }: { answers: NonNullable<Message['answers']> }) {
  const { t } = useFrame().i18n
  const text = inlineText(answers.body)
  return (
    <blockquote class="answered">
      <a href={`#message-${answers.id}`}>
        {t('threads.answers', { name: answers.name ?? t('history.nobody') })}
      </a>{' '}
      {answers.removed ? t('threads.removed') : text.length > 160 ? `${text.slice(0, 158).trimEnd()}…` : text}
    </blockquote>
  )
}

function Choices({
  network,
  thread,
  message,
  personId,
}: {
  network: Network
  thread: OpenedThread
  message: Message
  personId: string | null
}) {
  const { t } = useFrame().i18n
  const place = { ...useThreadPlace(network, thread), message: message.id }
  const own = personId !== null && message.personId === personId
  const { mayWrite, mayRun } = thread.found
  const answerable = mayWrite && !thread.closedAt
  if (!answerable && !own && !mayRun) return null
  // Several messages have the same links: those who hear them without seeing are told of which each is.
  const of = <span class="visually-hidden"> ({message.name ?? t('history.nobody')})</span>
  return (
    <p class="choices no-print">
      {answerable && (
        <a href={href('threadMessageAnswer', place)}>
          {t('threads.answer')}
          {of}
        </a>
      )}
      {own && (
        <a href={href('threadMessage', place)}>
          {t('discussion.change')}
          {of}
        </a>
      )}
      {(own || mayRun) && (
        <a href={href('threadMessageRemoval', place)}>
          {t('discussion.remove')}
          {of}
        </a>
      )}
    </p>
  )
}
