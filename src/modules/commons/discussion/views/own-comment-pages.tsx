import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { OwnComment } from '#modules/commons/discussion/comments.ts'
import type { Discussed } from '#modules/commons/discussion/discussed.ts'
import { longestBody, longestReplacement } from '#modules/commons/discussion/schema.ts'
import { pageAddress } from '#modules/commons/discussion/views/thread.tsx'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { inlineText } from '#platform/markdown/index.ts'
import { Form, TextArea } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

interface OwnCommentProps {
  network: Network
  discussed: Discussed
  comment: OwnComment
  form: FormState
}

/** One's own words, to be written anew. */
export function CommentTextPage(props: OwnCommentProps) {
  const { network, discussed, comment, form } = props
  const { t, locale } = useFrame().i18n
  const at = { locale, network: network.slug, document: discussed.id, comment: comment.id }
  return (
    <NetworkLayout of={network} title={t('discussion.change.title')} noIndex>
      <div class="listing">
        <Crumbs {...props} />
        <h1>{t('discussion.change.title')}</h1>
        {comment.quote !== '' && <blockquote class="passage">{inlineText(comment.quote)}</blockquote>}
        <Form action={href('writingCommentText', at)} state={form} submit={t('discussion.change.submit')}>
          {comment.kind === 'suggestion' && (
            <TextArea
              name="replacement"
              label={t('discussion.replacement')}
              hint={t('discussion.replacement.hint')}
              state={form}
              maxLength={longestReplacement}
            />
          )}
          <TextArea
            name="body"
            label={t('discussion.body')}
            state={form}
            maxLength={longestBody}
            required={comment.kind === 'comment'}
          />
        </Form>
      </div>
    </NetworkLayout>
  )
}

/** Says what goes, before it goes. */
export function CommentRemovalPage(props: OwnCommentProps) {
  const { network, discussed, comment } = props
  const { t, locale } = useFrame().i18n
  const at = { locale, network: network.slug, document: discussed.id, comment: comment.id }
  return (
    <NetworkLayout of={network} title={t('discussion.removal.title')} noIndex>
      <div class="listing">
        <Crumbs {...props} />
        <h1>{t('discussion.removal.title')}</h1>
        <blockquote class="passage">{inlineText(comment.body || (comment.replacement ?? ''))}</blockquote>
        <p>{comment.isOwn ? t('discussion.removal.what') : t('discussion.removal.others')}</p>
        <Form action={href('writingCommentRemoval', at)} submit={t('discussion.removal.submit')} danger />
        <p>
          <a href={href('writingComment', { ...at, comment: comment.thread })}>
            {t('discussion.removal.keep')}
          </a>
        </p>
      </div>
    </NetworkLayout>
  )
}

function Crumbs({ network, discussed, comment }: OwnCommentProps) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, document: discussed.id }
  return (
    <p class="crumbs">
      <a href={pageAddress(discussed, here)}>{discussed.title}</a> ›{' '}
      <a href={href('writingComment', { ...here, comment: comment.thread })}>{t('discussion.name')}</a>
    </p>
  )
}
