import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { When } from '#modules/meetings/polls/views/when.tsx'
import { GuestFields } from '#modules/meetings/registrations/views/coming-fields.tsx'
import { endWords, rhythmWords } from '#modules/meetings/series/rhythm-words.ts'
import type { Series, SeriesDate } from '#modules/meetings/series/series.ts'
import { ownNames } from '#modules/meetings/series/views/names.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import type { I18n } from '#platform/i18n/i18n.ts'
import { renderMarkdown } from '#platform/markdown/index.ts'
import { ActionButton, Choices, Form, TextArea, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

export interface SeriesPageProps {
  network: Network
  series: Series
  dates: SeriesDate[]
  now: Date
  readerZone: string | null
  /** At home in the network. */
  member: boolean
  /** Whether the reader also comes to the dates that will be added. */
  following: boolean
  registering: FormState
  extending: FormState
  ending: FormState
}

export function SeriesPage(props: SeriesPageProps) {
  const { network, series, dates, now } = props
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug }
  const { terms, rhythm } = series
  const coming = dates.filter(({ endsAt }) => endsAt > now)
  const past = dates.filter(({ endsAt }) => endsAt <= now).reverse()
  return (
    <NetworkLayout of={network} title={series.title} description={rhythmWords(i18n, rhythm)}>
      <article class="series">
        <header>
          <p class="crumbs">
            <a href={href('meetingSeries', here)}>{t('series.name')}</a>
            {series.group && (
              <>
                {' · '}
                <a href={href('group', { ...here, group: series.group.slug })}>{series.group.name}</a>
              </>
            )}
          </p>
          <h1>{series.title}</h1>
          <p class="lede">{rhythmWords(i18n, rhythm)}</p>
          <p>
            <small>
              {[
                endWords(i18n, rhythm),
                terms.place,
                terms.videoUrl ? t('poll.by-video') : '',
                t('poll.zone-of', { zone: i18n.zone(rhythm.timeZone) }),
              ]
                .filter(Boolean)
                .join(' · ')}
            </small>
          </p>
        </header>
        {series.endedAt && <p class="notice">{t('series.ended')}</p>}
        {terms.about && (
          <div
            class="prose"
            dangerouslySetInnerHTML={{ __html: renderMarkdown(terms.about, { headingShift: 2 }) }}
          />
        )}
        <Receiving {...props} dates={coming} />
        <section>
          <h2>{t('series.coming')}</h2>
          {coming.length === 0 ? <p>{t('series.none-coming')}</p> : <Dates {...props} dates={coming} />}
        </section>
        {props.member && <Registering {...props} dates={coming} />}
        {past.length > 0 && (
          <details class="more-to-do">
            <summary>{t('series.past', { count: past.length })}</summary>
            <Dates {...props} dates={past} />
          </details>
        )}
        {series.mayRun && !series.endedAt && <Running {...props} coming={coming} />}
      </article>
    </NetworkLayout>
  )
}

function Dates({ network, series, dates, readerZone }: SeriesPageProps) {
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug }
  return (
    <ol class="dates entries">
      {dates.map(date => (
        <li key={date.id} class={date.state === 'cancelled' ? 'off' : undefined}>
          <div>
            <a class="title" href={href('meeting', { ...here, meeting: date.id })}>
              <When {...date} readerZone={readerZone} />
            </a>
            {date.title !== series.title && <span>{date.title}</span>}
            {date.place !== series.terms.place && date.place && <small>{date.place}</small>}
            {series.mayRun && date.own.length > 0 && (
              <small>{t('series.own', { what: i18n.list(ownWords(date.own, t)) })}</small>
            )}
          </div>
          <div class="aside">
            {date.state === 'cancelled' ? (
              <span class="tag state-cancelled">{t('series.date.cancelled')}</span>
            ) : (
              <small>{t('series.date.registered', { count: date.registered })}</small>
            )}
            {date.registration && date.state !== 'cancelled' && (
              <span class="tag state-completed">
                {date.registration === 'registered' ? t('series.date.you') : t('series.date.you-wait')}
              </span>
            )}
          </div>
        </li>
      ))}
    </ol>
  )
}

/** Whoever is asked to receive dates says yes or no to all at once, and may withdraw from all later. */
function Receiving({ network, series, dates }: SeriesPageProps) {
  const { t, locale } = useFrame().i18n
  const own = dates.filter(date => date.receiving !== null && date.state === 'scheduled')
  if (own.length === 0) return null
  const asked = own.filter(date => date.receiving === 'asked').length
  const action = href('seriesHost', { locale, network: network.slug, series: series.id })
  return (
    <section class="notice">
      <p>
        <strong>
          {asked > 0
            ? t('series.host.asked', { count: asked })
            : t('series.host.yours', { count: own.length })}
        </strong>{' '}
        {own.length > 1 && t('series.host.one')} {t('meetings.host.place')}
      </p>
      <div class="actions">
        {asked > 0 && (
          <ActionButton
            action={action}
            label={t('series.host.confirm', { count: asked })}
            fields={{ answer: 'confirmed' }}
          />
        )}
        <ActionButton
          action={action}
          label={t(asked > 0 ? 'series.host.decline' : 'series.host.withdraw', { count: own.length })}
          fields={{ answer: 'withdrew' }}
          danger
        />
      </div>
    </section>
  )
}

export function ownWords(own: string[], t: I18n['t']): string[] {
  return [...new Set(own.map(key => t(ownNames[key] ?? 'series.own.other')))]
}

function Registering({ network, series, dates, following, registering }: SeriesPageProps) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, series: series.id }
  const open = dates.filter(({ state, registration }) => state === 'scheduled' && registration === null)
  const own = dates.filter(({ state, registration }) => state === 'scheduled' && registration !== null)
  const { terms } = series
  return (
    <section>
      <h2>{t('series.register')}</h2>
      {open.length === 0 && own.length === 0 && <p>{t('series.none-coming')}</p>}
      {open.length === 0 && own.length > 0 && (
        <p>{following ? t('series.register.following') : t('series.register.all-done')}</p>
      )}
      {(open.length > 0 || (own.length > 0 && !following)) && (
        <>
          <p>{open.length > 0 ? t('series.register.text') : t('series.register.later')}</p>
          <Form
            action={href('seriesRegistration', here)}
            state={registering}
            submit={
              open.length > 0
                ? t('series.register.submit', { count: open.length })
                : t('series.register.later.submit')
            }
          >
            {terms.videoUrl && (terms.place || terms.address) && (
              <Choices
                name="attends"
                label={t('series.attends')}
                state={registering}
                choices={[
                  { value: 'place', label: t('series.attends.place') },
                  { value: 'video', label: t('series.attends.video') },
                ]}
              />
            )}
            {terms.photos && (
              <Choices
                name="photoConsent"
                label={t('series.photo-consent')}
                state={registering}
                choices={[
                  { value: 'yes', label: t('series.photo-consent.yes') },
                  { value: 'no', label: t('series.photo-consent.no') },
                ]}
                required
              />
            )}
            {terms.guests > 0 && <GuestFields most={terms.guests} form={registering} />}
            <TextField
              name="accessNeeds"
              label={t('series.access-needs')}
              state={registering}
              maxLength={1000}
            />
          </Form>
        </>
      )}
      {(own.length > 0 || following) && (
        <ActionButton
          action={href('seriesRegistrationRemoval', here)}
          label={t('series.withdraw', { count: own.length })}
        />
      )}
    </section>
  )
}

function Running({ network, series, coming, extending, ending }: SeriesPageProps & { coming: SeriesDate[] }) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, series: series.id }
  return (
    <section class="running">
      <h2>{t('series.running')}</h2>
      <p>{t('series.running.one')}</p>
      {coming.length > 0 && (
        <p class="buttons">
          <a class="button" href={href('seriesDetails', here)}>
            {t('series.change')}
          </a>
        </p>
      )}
      <details class="more-to-do" open={Object.keys(extending.errors).length > 0}>
        <summary>{t('series.extend')}</summary>
        <Form action={href('seriesExtension', here)} state={extending} submit={t('series.extend.submit')}>
          <p>{t('series.extend.text')}</p>
          <TextField name="until" type="date" label={t('series.until')} state={extending} />
          <TextField
            name="times"
            type="number"
            inputmode="numeric"
            min={1}
            max={120}
            label={t('series.times-in-all')}
            state={extending}
          />
        </Form>
      </details>
      <details class="more-to-do" open={Object.keys(ending.errors).length > 0}>
        <summary>{t('series.stop')}</summary>
        <Form action={href('seriesEnd', here)} state={ending} submit={t('series.stop.submit')} danger>
          <p>{t('series.stop.text')}</p>
          <TextField
            name="lastDay"
            type="date"
            label={t('series.stop.last-day')}
            hint={t('series.stop.last-day.hint')}
            state={ending}
          />
          <TextArea name="words" label={t('series.stop.words')} state={ending} rows={2} maxLength={2000} />
        </Form>
      </details>
    </section>
  )
}
