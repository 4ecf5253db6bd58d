import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { usualEffort } from '#modules/commons/history/alignment.ts'
import type { AnswerDifference } from '#modules/commons/history/states.ts'
import { AnswerDifferences } from '#modules/commons/history/views/answer-difference.tsx'
import { Legend } from '#modules/commons/history/views/comparison-page.tsx'
import type { HistoryDocument } from '#modules/commons/history/views/history-page.tsx'
import type { Path, Template } from '#modules/commons/templates/template.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { Form } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** Says what bringing back an earlier state will change, before it does. */
export function RestorationPage(props: {
  network: Network
  document: HistoryDocument
  template: Template
  revision: number
  moment: Date | null
  path: Path | null
  /** As the answers were then, and as they are. */
  answers: AnswerDifference[]
  /** What the rows of groups are called, by their paths. */
  rows: ReadonlyMap<Path, string>
  form: FormState
}) {
  const { network, document, template, revision, path, answers, form } = props
  const { t, locale, moment } = useFrame().i18n
  const here = { locale, network: network.slug, document: document.id }
  const title = path === null ? t('history.restoration.all') : t('history.restoration.one')
  const when = props.moment ? moment(props.moment, network.timeZone) : t('history.beginning')
  const effort = usualEffort()
  return (
    <NetworkLayout of={network} title={title} noIndex>
      <div class="listing">
        <p class="crumbs">
          <a href={href('writingPage', here)}>{document.title}</a> ›{' '}
          <a href={href('writingHistory', here)}>{t('history.name')}</a>
        </p>
        <h1>{title}</h1>
        {answers.length === 0 ? (
          <>
            <p class="lede">{t('history.restoration.none', { moment: when })}</p>
            <p>
              <a href={href('writingHistory', here)}>{t('history.back')}</a>
            </p>
          </>
        ) : (
          <>
            <p class="lede">{t('history.restoration.what', { count: answers.length, moment: when })}</p>
            <p>{t('history.restoration.kept')}</p>
            <Form
              action={href('writingRestoration', here)}
              state={form}
              submit={t('history.restoration.submit', { count: answers.length })}
            >
              <input type="hidden" name="revision" value={String(revision)} />
              {path !== null && <input type="hidden" name="path" value={path} />}
              <input type="hidden" name="seen" value={String(document.revision)} />
            </Form>
            <p>
              <a href={href('writingHistory', here)}>{t('history.restoration.leave')}</a>
            </p>
            <Legend />
            <AnswerDifferences
              template={template}
              language={document.language}
              // From what is to what was: that is what will change.
              answers={answers.map(({ path: at, before, after }) => ({
                path: at,
                before: after,
                after: before,
              }))}
              rows={props.rows}
              effort={effort}
            />
          </>
        )}
      </div>
    </NetworkLayout>
  )
}
