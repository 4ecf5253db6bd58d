import { href } from '#http/routes.ts'
import type { Occurrence } from '#modules/meetings/series/recurrence.ts'
import {
  RhythmFields,
  type SeriesFieldsProps,
  TermFields,
} from '#modules/meetings/series/views/series-fields.tsx'
import { NetworkLayout } from '#modules/network/index.ts'
import { Form } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** A series is written, its dates are looked at, some left out, then all are made. */
export function SeriesFormPage(
  props: SeriesFieldsProps & {
    /** The dates it would have, and in which zone; null before they were asked for. */
    preview: { occurrences: Occurrence[]; timeZone: string; rhythm: string } | null
  },
) {
  const { network, form, preview } = props
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug }
  return (
    <NetworkLayout of={network} title={t('series.new')} noIndex>
      <header>
        <p class="crumbs">
          <a href={href('meetingSeries', here)}>{t('series.name')}</a>
        </p>
        <h1>{t('series.new')}</h1>
      </header>
      <Form
        action={href('meetingSeries', here)}
        state={form}
        submit={preview ? t('series.preview-again') : t('series.preview')}
      >
        {preview && (
          <section class="preview" id="preview">
            <h2>{t('series.dates', { count: preview.occurrences.length })}</h2>
            <p>{preview.rhythm}</p>
            <PreviewDates {...preview} skipped={form.values.skipped ?? []} />
            <p class="buttons">
              <button class="button" type="submit" name="step" value="create">
                {t('series.create', { count: preview.occurrences.length })}
              </button>
            </p>
          </section>
        )}
        <TermFields {...props} />
        <RhythmFields form={form} />
        {!preview &&
          (form.values.skipped ?? []).map(day => (
            <input key={day} type="hidden" name="skipped" value={day} />
          ))}
      </Form>
    </NetworkLayout>
  )
}

/** Every date, to be left out by a tick; those left out, to be taken in again. */
export function PreviewDates(props: { occurrences: Occurrence[]; timeZone: string; skipped: string[] }) {
  const { i18n } = useFrame()
  const { t } = i18n
  const { occurrences, timeZone, skipped } = props
  const notes = (one: Occurrence) => [
    one.shortened && t('series.note.shortened'),
    one.shifted && t('series.note.shifted'),
  ]
  return (
    <fieldset class="field">
      <legend>{t('series.skip')}</legend>
      <small class="hint">{t('series.skip.hint')}</small>
      <ol class="dates">
        {occurrences.map(one => (
          <li key={one.date}>
            <label class="choice">
              <input type="checkbox" name="skipped" value={one.date} />
              <span>
                {i18n.period(one.startsAt, one.endsAt, timeZone)}
                {notes(one)
                  .filter(Boolean)
                  .map(note => (
                    <small key={String(note)}>{note}</small>
                  ))}
              </span>
            </label>
          </li>
        ))}
        {skipped.map(day => (
          <li key={day} class="left-out">
            <label class="choice">
              <input type="checkbox" name="skipped" value={day} checked />
              <span>
                {i18n.day(day)}
                <small>{t('series.left-out')}</small>
              </span>
            </label>
          </li>
        ))}
      </ol>
    </fieldset>
  )
}
