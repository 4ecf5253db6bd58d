import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { Discussed } from '#modules/commons/discussion/discussed.ts'
import { longestBody, longestQuote, longestReplacement } from '#modules/commons/discussion/schema.ts'
import { pageAddress } from '#modules/commons/discussion/views/thread.tsx'
import { questionName } from '#modules/commons/history/value-words.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { renderMarkdown } from '#platform/markdown/index.ts'
import { Choices, Form, TextArea } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** Says something of a page, of an answer or of a passage of it. */
export function NewCommentPage(props: {
  network: Network
  discussed: Discussed
  path: string | null
  /** Of the answer, where one may quote from it. */
  text: string | null
  form: FormState
}) {
  const { network, discussed, path, text, form } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, document: discussed.id }
  const quoted = form.values.quote?.[0] ?? ''
  const mayQuote = text !== null || path === null
  const value = (name: string) => form.values[name]?.[0] ?? ''
  return (
    <NetworkLayout of={network} title={t('discussion.new')} noIndex>
      <div class="listing new-comment">
        <p class="crumbs">
          <a href={pageAddress(discussed, here)}>{discussed.title}</a> ›{' '}
          <a href={href('writingComments', here)}>{t('discussion.name')}</a>
        </p>
        <h1>{t('discussion.new')}</h1>
        <p class="lede" lang={path === null ? undefined : discussed.language}>
          {path === null
            ? t('discussion.whole-page')
            : questionName(discussed.template, path, discussed.language)}
        </p>
        {text !== null && (
          <div
            class="prose quotable"
            lang={discussed.language}
            dangerouslySetInnerHTML={{
              __html: renderMarkdown(text, { headingShift: 3, hideMetadata: true }),
            }}
          />
        )}
        <Form action={href('writingComments', here)} state={form} submit={t('discussion.submit')}>
          {path !== null && <input type="hidden" name="path" value={path} />}
          {(['before', 'after'] as const).map(
            name => value(name) !== '' && <input key={name} type="hidden" name={name} value={value(name)} />,
          )}
          {mayQuote && (
            <TextArea
              name="quote"
              label={t('discussion.quote')}
              hint={t('discussion.quote.hint')}
              state={form}
              rows={quoted.length > 200 ? 5 : 2}
              maxLength={longestQuote}
            />
          )}
          <TextArea
            name="body"
            label={t('discussion.body')}
            hint={t('discussion.body.hint')}
            state={form}
            rows={4}
            maxLength={longestBody}
          />
          {mayQuote && (
            <>
              <Choices
                name="kind"
                label={t('discussion.kind')}
                state={form}
                required
                choices={[
                  { value: 'comment', label: t('discussion.kind.comment') },
                  {
                    value: 'suggestion',
                    label: t('discussion.kind.suggestion'),
                    hint: t('discussion.kind.suggestion.hint'),
                  },
                ]}
              />
              <TextArea
                name="replacement"
                label={t('discussion.replacement')}
                hint={t('discussion.replacement.hint')}
                state={form}
                rows={quoted.length > 200 ? 5 : 3}
                maxLength={longestReplacement}
              />
            </>
          )}
        </Form>
        <p>
          <small>{t('discussion.private')}</small>
        </p>
      </div>
    </NetworkLayout>
  )
}
