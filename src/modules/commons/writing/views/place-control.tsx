import { type PinIsland, PointMap } from '#modules/commons/views/point-map.tsx'
import type { ShownAnswer } from '#modules/commons/writing/shown-page.ts'
import { fieldId } from '#modules/commons/writing/views/hand.ts'
import { Several } from '#modules/commons/writing/views/several.tsx'
import type { Point } from '#ui/degrees.ts'
import { useFrame } from '#ui/frame.ts'
import { placeWords } from '#ui/place-words.ts'

/** Two numbers, of which the first also takes both; where there is a script, a map on which to put them. */
export function PlaceControl({ answer, by }: { answer: ShownAnswer; by: string | undefined }) {
  const { i18n, assets } = useFrame()
  const { t, locale } = i18n
  const field = (name: 'lat' | 'lng') => `${answer.path}.${name}`
  const hint = `${fieldId(answer.path)}-hint`
  const point = pointOf(answer)
  const island: PinIsland = {
    script: assets.url('place.js'),
    countries: assets.url('countries.js'),
    words: JSON.stringify(placeWords(locale)),
  }
  return (
    <Several answer={answer} by={[hint, by].filter(Boolean).join(' ')} cls="place">
      {(['lat', 'lng'] as const).map(name => (
        <label key={name}>
          <span>{t(name === 'lat' ? 'writing.place.lat' : 'writing.place.lng')}</span>
          <input
            type="text"
            inputmode="text"
            autocomplete="off"
            name={field(name)}
            value={answer.fields[field(name)]?.[0] ?? ''}
            aria-describedby={hint}
          />
        </label>
      ))}
      <small id={hint}>{t('writing.place.hint')}</small>
      <PointMap
        points={point ? [point] : []}
        label={t(point ? 'writing.place.map' : 'writing.place.map.none')}
        island={island}
      />
    </Several>
  )
}

function pointOf({ value }: ShownAnswer): Point | null {
  return value !== null && typeof value === 'object' && 'lat' in value ? value : null
}
