import type { Affiliation } from '#modules/network/affiliations/affiliations.ts'
import { useFrame } from '#ui/frame.ts'

/** From when until when; both days included. */
export function Span({ of, today }: { of: Affiliation; today: string }) {
  const { t, day } = useFrame().i18n
  const from = day(of.from)
  if (of.until !== null) return <>{t('mandate.span', { from, until: day(of.until) })}</>
  return <>{of.from > today ? t('affiliations.to-come', { from }) : t('affiliations.since', { from })}</>
}
