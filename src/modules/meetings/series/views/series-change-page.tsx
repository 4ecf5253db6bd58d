import { href } from '#http/routes.ts'
import type { Consequences } from '#modules/meetings/series/changing.ts'
import type { Series, SeriesDate } from '#modules/meetings/series/series.ts'
import {
  RhythmFields,
  type SeriesFieldsProps,
  TermFields,
} from '#modules/meetings/series/views/series-fields.tsx'
import { ownWords } from '#modules/meetings/series/views/series-page.tsx'
import { NetworkLayout } from '#modules/network/index.ts'
import { Checkbox, Form, Select } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** A series that goes on is changed from a date on: first it is shown what becomes of which date. */
export function SeriesChangePage(
  props: SeriesFieldsProps & {
    series: Series
    /** Those to come. */
    dates: SeriesDate[]
    foreseen: Consequences | null
  },
) {
  const { network, series, dates, form, foreseen } = props
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug, series: series.id }
  return (
    <NetworkLayout of={network} title={t('series.change')} noIndex>
      <header>
        <p class="crumbs">
          <a href={href('oneSeries', here)}>{series.title}</a>
        </p>
        <h1>{t('series.change')}</h1>
      </header>
      <p>{t('series.change.text')}</p>
      <Form
        action={href('seriesDetails', here)}
        state={form}
        submit={foreseen ? t('series.foresee-again') : t('series.foresee')}
      >
        {foreseen && <Foreseen {...props} foreseen={foreseen} />}
        <Select
          name="since"
          label={t('series.since')}
          hint={t('series.since.hint')}
          state={form}
          choices={[
            { value: '', label: t('series.since.all') },
            ...dates.slice(1).map(date => ({
              value: date.date,
              label: t('series.since.date', { day: i18n.day(date.startsAt, date.timeZone) }),
            })),
          ]}
        />
        <TermFields {...props} />
        <RhythmFields form={form} />
        {(form.values.skipped ?? []).map(day => (
          <input key={day} type="hidden" name="skipped" value={day} />
        ))}
      </Form>
    </NetworkLayout>
  )
}

function Foreseen({
  series,
  form,
  foreseen,
}: Parameters<typeof SeriesChangePage>[0] & { foreseen: Consequences }) {
  const { i18n } = useFrame()
  const { t } = i18n
  const { timeZone } = series.rhythm
  const day = (date: string) => i18n.day(date)
  const spared = new Set([...foreseen.own, ...foreseen.cancelled].map(({ id }) => id))
  const stay = foreseen.stay.filter(({ id }) => !spared.has(id))
  const move = foreseen.move.filter(({ id }) => !spared.has(id))
  const overwritten = [...foreseen.dates.values()].filter(
    one => one.state !== 'cancelled' && one.own.length > 0,
  )
  return (
    <section class="preview" id="preview">
      <h2>{t('series.foreseen')}</h2>
      <ul class="consequences">
        {stay.length > 0 && <li>{t('series.foreseen.stay', { count: stay.length })}</li>}
        {move.length > 0 && (
          <li>
            {t('series.foreseen.move', { count: move.length })}
            <ul>
              {move.map(({ id, from, occurrence }) => (
                <li key={id}>
                  {t('series.foreseen.moved', {
                    from: day(from),
                    to: i18n.period(occurrence.startsAt, occurrence.endsAt, timeZone),
                  })}
                </li>
              ))}
            </ul>
          </li>
        )}
        {foreseen.add.length > 0 && (
          <li>
            {t('series.foreseen.add', { count: foreseen.add.length })}
            <ul>
              {foreseen.add.map(one => (
                <li key={one.date}>{i18n.period(one.startsAt, one.endsAt, timeZone)}</li>
              ))}
            </ul>
          </li>
        )}
        {foreseen.cancel.length > 0 && (
          <li>
            {t('series.foreseen.cancel', { count: foreseen.cancel.length })}
            <ul>
              {foreseen.cancel.map(({ id, date }) => (
                <li key={id}>{day(date)}</li>
              ))}
            </ul>
          </li>
        )}
        <li>{t('series.foreseen.told')}</li>
      </ul>
      {overwritten.length > 0 && (
        <div class="notice">
          <p>
            {foreseen.own.length > 0
              ? t('series.foreseen.own', { count: overwritten.length })
              : t('series.foreseen.overwritten', { count: overwritten.length })}
          </p>
          <ul>
            {overwritten.map(({ id, startsAt, endsAt, own }) => (
              <li key={id}>
                {i18n.period(startsAt, endsAt, timeZone)}
                <small> {t('series.own', { what: i18n.list(ownWords(own, t)) })}</small>
              </li>
            ))}
          </ul>
          <Checkbox name="overwrite" label={t('series.overwrite')} state={form} />
        </div>
      )}
      <p class="buttons">
        <button class="button" type="submit" name="step" value="change">
          {t('series.change.submit')}
        </button>
      </p>
    </section>
  )
}
