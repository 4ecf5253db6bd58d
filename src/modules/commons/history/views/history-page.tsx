import { href, type RouteParams } from '#http/routes.ts'
import { rowOf } from '#modules/commons/history/rows.ts'
import type { Happening, Publication, Sitting } from '#modules/commons/history/sittings.ts'
import { innerName, questionName } from '#modules/commons/history/value-words.ts'
import { clockTime } from '#modules/commons/history/views/clock-time.ts'
import type { Path, Template } from '#modules/commons/templates/template.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { useFrame } from '#ui/frame.ts'

export interface HistoryDocument {
  id: string
  title: string
  language: string
  revision: number
}

interface HistoryPageProps {
  network: Network
  document: HistoryDocument
  template: Template
  happenings: Happening[]
  names: ReadonlyMap<string, string>
  next: number | null
}

/** What happened to a page being written, the latest first. */
export function HistoryPage(props: HistoryPageProps) {
  const { network, document, happenings, next } = props
  const { t, locale, day } = useFrame().i18n
  const here = { locale, network: network.slug, document: document.id }
  const days = Map.groupBy(happenings, one => day(momentOf(one), network.timeZone))
  const title = t('history.title', { title: document.title })
  return (
    <NetworkLayout of={network} title={title} noIndex>
      <div class="listing">
        <p class="crumbs">
          <a href={href('writingPage', here)}>{document.title}</a>
        </p>
        <h1>{title}</h1>
        <p class="lede">{t('history.lede')}</p>
        {happenings.length === 0 && (
          <p>
            {t('history.none')} <a href={href('writingPage', here)}>{t('history.write')}</a>
          </p>
        )}
        {[...days].map(([name, all]) => (
          <section key={name} class="history">
            <h2>{name}</h2>
            <ol>
              {all.map(one =>
                one.kind === 'sitting' ? (
                  <SittingEntry key={`s${one.sitting.last}`} {...props} sitting={one.sitting} />
                ) : (
                  <PublicationEntry
                    key={`p${one.publication.version}`}
                    {...props}
                    publication={one.publication}
                  />
                ),
              )}
            </ol>
          </section>
        ))}
        {next !== null && (
          <p class="more">
            <a
              class="button quiet"
              rel="next"
              href={href('writingHistory', here, new URLSearchParams({ before: String(next) }))}
            >
              {t('history.earlier')}
            </a>
          </p>
        )}
      </div>
    </NetworkLayout>
  )
}

function SittingEntry({
  network,
  document,
  template,
  names,
  sitting,
}: HistoryPageProps & { sitting: Sitting }) {
  const { t, locale, list } = useFrame().i18n
  const others = sitting.others.map(other => (other && names.get(other)) || t('history.with.nobody'))
  const here = { locale, network: network.slug, document: document.id }
  const told = touched(template, sitting.paths, document.language)
  const shown = told.slice(0, mostNamed)
  const rest = told.length - shown.length
  return (
    <li>
      <p>
        <strong>{(sitting.personId && names.get(sitting.personId)) || t('history.nobody')}</strong>{' '}
        {others.length > 0 && <>{t('history.with', { names: list(others) })} </>}
        <small>
          <Times from={sitting.begunAt} to={sitting.endedAt} timeZone={network.timeZone} />
        </small>
      </p>
      <ul class="touched" lang={document.language}>
        {shown.map(({ path, name }) => (
          <li key={path}>{name}</li>
        ))}
        {rest > 0 && <li lang={locale}>{t('history.more-answers', { count: rest })}</li>}
      </ul>
      <p class="choices">
        <a href={comparison(here, sitting.first - 1, sitting.last)}>{t('history.what-changed')}</a>
        {sitting.last < document.revision && (
          <a href={comparison(here, sitting.last, document.revision)}>{t('history.since')}</a>
        )}
      </p>
    </li>
  )
}

function PublicationEntry({
  network,
  document,
  names,
  publication,
}: HistoryPageProps & { publication: Publication }) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, document: document.id }
  const { version, visibility, personId, publishedAt, revision } = publication
  return (
    <li class="published">
      <p>
        <strong>
          {visibility === 'public'
            ? t('history.published.public', { version })
            : t('history.published.network', { version })}
        </strong>{' '}
        <small>
          {(personId && names.get(personId)) || t('history.nobody')} ·{' '}
          <Times from={publishedAt} to={publishedAt} timeZone={network.timeZone} />
        </small>
      </p>
      {revision < document.revision && (
        <p class="choices">
          <a href={comparison(here, revision, document.revision)}>{t('history.since')}</a>
        </p>
      )}
    </li>
  )
}

function Times({ from, to, timeZone }: { from: Date; to: Date; timeZone: string }) {
  const { locale } = useFrame().i18n
  // The day stands above: of the moment its hour is left.
  const [begin, end] = [clockTime(locale, timeZone, from), clockTime(locale, timeZone, to)]
  return <time dateTime={to.toISOString()}>{begin === end ? end : `${begin} – ${end}`}</time>
}

function comparison(here: RouteParams<'writingComparison'>, from: number, to: number): string {
  return href('writingComparison', here, new URLSearchParams({ from: String(from), to: String(to) }))
}

function momentOf(one: Happening): Date {
  return one.kind === 'sitting' ? one.sitting.endedAt : one.publication.publishedAt
}

/** The answers by name; those of the rows of one group together, with how many rows there are of them. */
function touched(
  template: Template,
  paths: readonly Path[],
  language: string,
): { path: Path; name: string }[] {
  const groups = Map.groupBy(paths, path => rowOf(path)?.of ?? path)
  return [...groups].map(([path, together]) => {
    const name = questionName(template, path, language)
    // That there is a row more or less is said by what was written in it.
    const within = together.filter(one => rowOf(one))
    if (within.length === 0) return { path, name }
    const rows = new Set(within.map(one => rowOf(one)?.row)).size
    const inner = [...new Set(within.map(one => innerName(template, one, language)))]
    return { path, name: `${name}${rows > 1 ? ` × ${rows}` : ''} › ${inner.join(', ')}` }
  })
}

const mostNamed = 6
