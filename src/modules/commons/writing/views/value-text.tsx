import type { AnswerKind, Value } from '#modules/commons/templates/template.ts'
import { PointMap } from '#modules/commons/views/point-map.tsx'
import { useHand } from '#modules/commons/writing/views/hand.ts'
import { isFollowable } from '#modules/commons/writing/views/words.ts'
import { renderMarkdown } from '#platform/markdown/index.ts'
import { countryName } from '#reference/countries.ts'
import { sdgName } from '#reference/sdgs.ts'
import { useFrame } from '#ui/frame.ts'

/** An answer to be read, not written. */
export function ValueText({ kind, value }: { kind: AnswerKind; value: Value | null }) {
  const { t, locale, number, day, list } = useFrame().i18n
  const { ofPage } = useHand()
  // To ten metres; as it is kept, it stands beside.
  const degrees = (value: number) => new Intl.NumberFormat(locale, { maximumFractionDigits: 4 }).format(value)
  if (value === null) return <p class="nothing">{t('writing.nothing')}</p>
  if (typeof value === 'number') return <p>{number(value)}</p>
  if (typeof value === 'string')
    return kind.kind === 'date' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? (
      <p>{day(value)}</p>
    ) : (
      <Prose text={value} />
    )
  if (!Array.isArray(value)) {
    if ('written' in value) return <Prose text={value.written} />
    if ('lat' in value) {
      const said = t('writing.place.point', { lat: degrees(value.lat), lng: degrees(value.lng) })
      return (
        <PointMap points={[value]} label={t('commons.item.place-map', { points: said })}>
          <p>
            <data value={`${value.lat},${value.lng}`} title={`${value.lat}, ${value.lng}`}>
              {said}
            </data>
          </p>
        </PointMap>
      )
    }
    const parts = kind.kind === 'shares' ? kind.parts : []
    return (
      <p>
        {list(
          Object.entries(value.shares).map(([key, percent]) => {
            const part = parts.find(one => one.key === key)
            return t('writing.shares.part', {
              name: part ? ofPage(part.label) : key,
              percent: number(percent),
            })
          }),
        )}
      </p>
    )
  }
  if (kind.kind === 'group') return <p>{t('writing.rows.count', { count: value.length })}</p>
  const options = kind.kind === 'choice' ? kind.options : []
  return (
    <ul>
      {value.map(one => {
        if (typeof one === 'number') return <li key={one}>{`${one}. ${sdgName(one, locale)}`}</li>
        if (typeof one === 'object')
          return (
            <li key={`${one.name}${one.address}`}>
              {one.address && isFollowable(one.address) ? (
                <a href={one.address} rel="nofollow ugc">
                  {one.name || one.address}
                </a>
              ) : (
                one.name
              )}
            </li>
          )
        const option = options.find(({ key }) => key === one)
        const name = kind.kind === 'countries' && /^[A-Z]{2}$/.test(one) ? countryName(one, locale) : one
        return <li key={one}>{option ? ofPage(option.label) : name}</li>
      })}
    </ul>
  )
}

export function Prose({ text }: { text: string }) {
  const { t } = useFrame().i18n
  const html = renderMarkdown(text, {
    headingShift: 2,
    hideMetadata: true,
    tableLabel: () => t('commons.item.table'),
    imageLabel: () => t('writing.picture'),
  })
  return <div class="prose" dangerouslySetInnerHTML={{ __html: html }} />
}
