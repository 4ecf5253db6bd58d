import { href } from '#http/routes.ts'
import { usualEffort } from '#modules/commons/history/alignment.ts'
import type { AnswerDifference } from '#modules/commons/history/states.ts'
import { AnswerDifferences } from '#modules/commons/history/views/answer-difference.tsx'
import type { HistoryDocument } from '#modules/commons/history/views/history-page.tsx'
import type { Path, Template } from '#modules/commons/templates/template.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { useFrame } from '#ui/frame.ts'

/** What a page being written was at two moments, question by question. What has not changed is not shown. */
export function ComparisonPage(props: {
  network: Network
  document: HistoryDocument
  template: Template
  from: number
  to: number
  /** Of the two revisions; null before the first. */
  moments: readonly [Date | null, Date | null]
  answers: AnswerDifference[]
  /** What the rows of groups are called, by their paths. */
  rows: ReadonlyMap<Path, string>
  /** How many more differ. */
  rest: number
  /** Who wrote at which answer meanwhile. */
  writers: ReadonlyMap<string, (string | null)[]>
  names: ReadonlyMap<string, string>
}) {
  const { network, document, template, from, to, answers, names } = props
  const { i18n } = useFrame()
  const { t, locale, moment, list } = i18n
  const here = { locale, network: network.slug, document: document.id }
  const [begin, end] = props.moments.map(one =>
    one ? moment(one, network.timeZone) : t('history.beginning'),
  ) as [string, string]
  const effort = usualEffort()
  const restoration = (path?: string) =>
    href(
      'writingRestoration',
      here,
      new URLSearchParams({ revision: String(from), ...(path !== undefined && { path }) }),
    )
  const writersOf = (together: readonly AnswerDifference[]) => {
    const ids = new Set(together.flatMap(({ path }) => props.writers.get(path) ?? []))
    return [...ids].map(id => (id && names.get(id)) || t('history.nobody'))
  }
  return (
    <NetworkLayout of={network} title={t('history.comparison.title', { title: document.title })} noIndex>
      <div class="listing">
        <p class="crumbs">
          <a href={href('writingPage', here)}>{document.title}</a> ›{' '}
          <a href={href('writingHistory', here)}>{t('history.name')}</a>
        </p>
        <h1>{t('history.comparison.title', { title: document.title })}</h1>
        <p class="lede">
          {to === document.revision
            ? t('history.comparison.since', { from: begin })
            : t('history.comparison.between', { from: begin, to: end })}
        </p>
        {answers.length === 0 ? (
          <p>{t('history.comparison.none')}</p>
        ) : (
          <>
            <Legend />
            <AnswerDifferences
              template={template}
              language={document.language}
              answers={answers}
              rows={props.rows}
              effort={effort}
              below={(path, together) => (
                <p class="choices no-print">
                  <small>{list(writersOf(together))}</small>
                  <a href={restoration(path)}>{t('history.restore.one')}</a>
                </p>
              )}
            />
            {props.rest > 0 && <p>{t('history.comparison.more', { count: props.rest })}</p>}
            <p class="no-print">
              <a class="button quiet" href={restoration()}>
                {t('history.restore.all', { moment: begin })}
              </a>
            </p>
          </>
        )}
      </div>
    </NetworkLayout>
  )
}

/** What the marks mean. */
export function Legend() {
  const { t } = useFrame().i18n
  return (
    <p class="legend">
      <del>{t('history.removed')}</del> <ins>{t('history.added')}</ins>
    </p>
  )
}
