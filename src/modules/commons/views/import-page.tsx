import { href } from '#http/routes.ts'
import type { ImportState, ReportLine } from '#modules/commons/importing/imports.ts'
import { problemMessage } from '#modules/commons/importing/problem-message.ts'
import { countsSaid, ImportStateTag } from '#modules/commons/views/import-words.tsx'
import { MoreLink, type Network, NetworkLayout } from '#modules/network/index.ts'
import { useFrame } from '#ui/frame.ts'

const refreshSeconds = 5

/** One import, from being sent to its end. While it is under way the page asks for itself again. */
export function ImportPage(props: {
  network: Network
  one: ImportState
  problems: ReportLine[]
  /** The position after which the list goes on. */
  next: number | null
  /** The reader wants the page to stay as it is. */
  still: boolean
}) {
  const { i18n } = useFrame()
  const { t, locale, moment } = i18n
  const { network, one, problems, still } = props
  const here = { locale, network: network.slug }
  const moving = one.state === 'waiting' || one.state === 'running'
  const counts = countsSaid(one, i18n)
  const turn = still ? undefined : new URLSearchParams({ still: '' })
  return (
    <NetworkLayout
      of={network}
      title={one.origin}
      refresh={moving && !still ? refreshSeconds : undefined}
      noIndex
    >
      <div class="listing">
        <p class="crumbs">
          <a href={href('commons', here)}>{t('commons.name')}</a> ›{' '}
          <a href={href('commonsImports', here)}>{t('commons.imports.add')}</a>
        </p>
        <h1 class="file-name">{one.origin}</h1>
        <section class="state">
          <p>
            <ImportStateTag state={one.state} />{' '}
            <time dateTime={one.createdAt}>{moment(new Date(one.createdAt), network.timeZone)}</time>
          </p>
          {counts && <p>{counts}</p>}
          {one.failure && <p class="failure">{problemMessage(i18n, one.failure.code, one.failure.detail)}</p>}
          {one.state === 'interrupted' && <p>{t('commons.import.interrupted')}</p>}
          {moving && (
            <p>
              <small>
                {still ? t('jobs.still') : t('jobs.refreshed', { seconds: refreshSeconds })}{' '}
                <a href={href('commonsImport', { ...here, id: one.id }, turn)}>
                  {still ? t('commons.import.follow') : t('jobs.stop-refreshing')}
                </a>
              </small>
            </p>
          )}
          {one.state === 'finished' && (
            <p>
              <a href={href('commons', here)}>{t('commons.import.see')}</a>
            </p>
          )}
        </section>
        {problems.length > 0 && (
          <section>
            <h2>{t('commons.import.problems')}</h2>
            {byFile(problems).map(({ fileName, lines }) => (
              <section key={lines[0]?.position} class="remarks">
                <h3>{fileName}</h3>
                <ul>
                  {lines.map(({ position, line, severity, code, detail }) => (
                    <li key={position} class={severity === 'refused' ? 'failure' : undefined}>
                      {line !== null && <strong>{t('commons.import.line', { line })}</strong>}{' '}
                      {problemMessage(i18n, code, detail)}
                    </li>
                  ))}
                </ul>
              </section>
            ))}
            <MoreLink next={props.next === null ? null : String(props.next)} />
          </section>
        )}
        {problems.length === 0 && one.state === 'finished' && <p>{t('commons.import.no-problems')}</p>}
      </div>
    </NetworkLayout>
  )
}

/** They come in the order of the files. */
function byFile(problems: ReportLine[]): { fileName: string; lines: ReportLine[] }[] {
  const files: { fileName: string; lines: ReportLine[] }[] = []
  for (const problem of problems) {
    const last = files.at(-1)
    if (last?.fileName === problem.fileName) last.lines.push(problem)
    else files.push({ fileName: problem.fileName, lines: [problem] })
  }
  return files
}
