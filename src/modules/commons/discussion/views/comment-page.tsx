import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { Discussed } from '#modules/commons/discussion/discussed.ts'
import { longestBody } from '#modules/commons/discussion/schema.ts'
import type { Thread, ThreadState } from '#modules/commons/discussion/threads.ts'
import { OwnLinks, pageAddress, ThreadView } from '#modules/commons/discussion/views/thread.tsx'
import { decisionNames } from '#modules/commons/discussion/words.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { Form, TextArea } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** One thread: to answer it, and to decide what becomes of it. */
export function CommentPage(props: {
  network: Network
  discussed: Discussed
  thread: Thread
  decisions: ThreadState[]
  /** Whether its passage stands there as it was quoted; null where there is none. */
  found: 'same' | 'changed' | 'gone' | null
  form: FormState
  /** Why what was decided was not done. */
  problem: string | null
}) {
  const { network, discussed, thread, decisions, form } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, document: discussed.id }
  const at = { ...here, comment: thread.id }
  const title = thread.kind === 'suggestion' ? t('discussion.suggestion') : t('discussion.comment')
  return (
    <NetworkLayout of={network} title={`${title} · ${discussed.title}`} noIndex>
      <div class="listing">
        <p class="crumbs">
          <a href={pageAddress(discussed, here)}>{discussed.title}</a> ›{' '}
          <a href={href('writingComments', here)}>{t('discussion.name')}</a>
        </p>
        <h1>{title}</h1>
        {props.problem && (
          <p class="notice" role="alert">
            {props.problem}
          </p>
        )}
        {!props.problem && thread.state === 'open' && props.found === 'changed' && (
          <p class="notice">{t('discussion.passage.changed')}</p>
        )}
        {!props.problem && thread.state === 'open' && props.found === 'gone' && (
          <p class="notice">{t('discussion.passage.gone')}</p>
        )}
        <ThreadView network={network} discussed={discussed} thread={thread} />
        <OwnLinks
          network={network}
          discussed={discussed}
          comment={thread}
          decided={thread.state === 'accepted' || thread.state === 'declined'}
        />
        {decisions.length > 0 && (
          <div class="decisions no-print">
            {decisions.map(state => (
              <form key={state} method="post" action={href('writingCommentDecision', at)}>
                <input type="hidden" name="state" value={state} />
                <button type="submit" class={state === 'accepted' ? 'button' : 'button quiet'}>
                  {t(decisionNames[state])}
                </button>
              </form>
            ))}
          </div>
        )}
        <Form action={href('writingCommentAnswers', at)} state={form} submit={t('discussion.answer.submit')}>
          <TextArea
            name="body"
            label={t('discussion.answer.body')}
            state={form}
            rows={4}
            maxLength={longestBody}
            required
          />
        </Form>
      </div>
    </NetworkLayout>
  )
}
