import type { FormState } from '#http/form.ts'
import { policies, rank } from '#http/policies.ts'
import { href } from '#http/routes.ts'
import type { Adoption } from '#modules/afterworks/adoptions.ts'
import { type Counters, counterNames } from '#modules/afterworks/counters.ts'
import type { Edition } from '#modules/afterworks/editions.ts'
import type { Proposal } from '#modules/afterworks/proposals.ts'
import type { Series } from '#modules/afterworks/series.ts'
import { counterTitles, rhythmNames } from '#modules/afterworks/views/names.ts'
import { Proposals } from '#modules/afterworks/views/proposals.tsx'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { renderMarkdown } from '#platform/markdown/index.ts'
import { ActionButton, Form, Select, TextArea, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

export interface SeriesPageProps {
  network: Network
  series: Series
  editions: Edition[]
  counters: Counters
  proposals: Proposal[]
  adoptions: Adoption[]
  /** The organisations that want the next edition; for members. */
  wanting: { id: string; name: string }[]
  /** Those the reader acts for. */
  acting: { id: string; name: string }[]
  /** Sent, with what is wrong with them. */
  forms: { proposal?: FormState; adoption?: FormState; problem?: string }
}

/** A series for everyone: what it is, when the next edition is, what came of it. Members say what they would like. */
export function SeriesPage(props: SeriesPageProps) {
  const { network, series, editions, forms } = props
  const { i18n, place } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug, series: series.slug }
  const role = place?.slug === network.slug ? place.role : 'visitor'
  const runs = rank(role) >= rank(policies['afterworks:run'].least)
  const now = new Date()
  const coming = editions.filter(({ state, endsAt }) => state === 'scheduled' && endsAt > now)
  const past = editions.filter(edition => !coming.includes(edition))
  return (
    <NetworkLayout of={network} title={series.name} description={series.summary}>
      <article class="afterworks">
        <p class="crumbs">
          <a href={href('afterworks', here)}>{t('afterworks.name')}</a>
        </p>
        <h1>{series.name}</h1>
        <p class="byline">{[t(rhythmNames[series.rhythm]), series.town].filter(Boolean).join(' · ')}</p>
        {series.summary && <p class="lede">{series.summary}</p>}
        {forms.problem && (
          <div class="problems" role="alert">
            <p>{forms.problem}</p>
          </div>
        )}
        {runs && series.state !== 'ended' && (
          <p class="buttons no-print">
            <a class="button" href={href('afterworkEditions', here)}>
              {t('afterworks.edition.new')}
            </a>
            <a class="button quiet" href={href('afterworkSeriesDetails', here)}>
              {t('afterworks.change.short')}
            </a>
          </p>
        )}
        {series.about && (
          <section
            class="prose"
            dangerouslySetInnerHTML={{ __html: renderMarkdown(series.about, { headingShift: 2 }) }}
          />
        )}
        <Life {...props} />
        <section>
          <h2>{t('afterworks.next')}</h2>
          {coming.length === 0 ? (
            <p>{t('afterworks.next.none')}</p>
          ) : (
            <Editions editions={[...coming].reverse()} network={network} />
          )}
        </section>
        <Numbers {...props} />
        {role !== 'visitor' && series.state !== 'ended' && <Proposals {...props} runs={runs} />}
        {role !== 'visitor' && <Adoptions {...props} />}
        {past.length > 0 && (
          <section>
            <h2>{t('afterworks.past')}</h2>
            <Editions editions={past} network={network} />
          </section>
        )}
      </article>
    </NetworkLayout>
  )
}

/** By when the next edition has to be wanted, and who says so. */
function Life({ network, series, wanting, acting }: SeriesPageProps) {
  const { i18n, place } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug, series: series.slug }
  const role = place?.slug === network.slug ? place.role : 'visitor'
  const yetToSay = acting.filter(({ id }) => !wanting.some(one => one.id === id))
  if (series.state === 'ended') return <p class="notice">{t('afterworks.ended')}</p>
  const said = { day: i18n.day(series.confirmBy), confirmed: series.confirmed, needed: series.confirmations }
  return (
    <section class="notice">
      <p>{t(series.state === 'lapsed' ? 'afterworks.lapsed' : 'afterworks.confirm-by', said)}</p>
      {role !== 'visitor' && (
        <p>
          {t('afterworks.confirmed', { count: series.confirmed, needed: series.confirmations })}
          {wanting.length > 0 &&
            ` ${t('afterworks.wanting', { names: i18n.list(wanting.map(one => one.name)) })}`}
        </p>
      )}
      {yetToSay.map(({ id, name }) => (
        <ActionButton
          key={id}
          action={href('afterworkConfirmations', here)}
          label={t('afterworks.confirm', { organisation: name })}
          fields={{ organisationId: id }}
        />
      ))}
    </section>
  )
}

function Editions({ editions, network }: { editions: Edition[]; network: Network }) {
  const { i18n } = useFrame()
  const { t, locale } = i18n
  return (
    <ul class="plain-list">
      {editions.map(({ meetingId, number, theme, startsAt, endsAt, timeZone, place, state, present }) => (
        <li key={meetingId}>
          <a class="who" href={href('meeting', { locale, network: network.slug, meeting: meetingId })}>
            {t('afterworks.edition.number', { number })} · {theme}
          </a>
          <small>
            <time dateTime={startsAt.toISOString()}>{i18n.period(startsAt, endsAt, timeZone)}</time>
            {place && ` · ${place}`}
            {state === 'cancelled' && ` · ${t('afterworks.cancelled')}`}
            {present > 0 && ` · ${t('afterworks.present', { count: present })}`}
          </small>
        </li>
      ))}
    </ul>
  )
}

/** Distinct organisations against targets: each number leads to what it counted. */
function Numbers({ network, series, counters }: SeriesPageProps) {
  const { i18n, place } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug, series: series.slug }
  const role = place?.slug === network.slug ? place.role : 'visitor'
  const inside = role !== 'visitor'
  const runs = rank(role) >= rank(policies['afterworks:run'].least)
  const came = new URLSearchParams({ series: series.slug })
  return (
    <section>
      <h2>{t('afterworks.numbers')}</h2>
      <dl class="counters">
        {counterNames.map(counter => {
          const target = counter === 'aware' ? series.awareTarget : series.adoptedTarget
          const title = t(counterTitles[counter])
          return (
            <div key={counter}>
              <dt>{inside ? <a href={href('afterworkCounted', { ...here, counter })}>{title}</a> : title}</dt>
              <dd>
                {i18n.number(counters[counter])}
                {target !== null && <small> / {i18n.number(target)}</small>}
                <Meter count={counters[counter]} target={target} />
              </dd>
            </div>
          )
        })}
        <div>
          <dt>
            {runs ? (
              <a href={href('agreedIntroductions', here, came)}>{t('afterworks.numbers.introductions')}</a>
            ) : (
              t('afterworks.numbers.introductions')
            )}
          </dt>
          <dd>
            {i18n.number(counters.introductions)}{' '}
            <small>
              {runs ? (
                <a href={href('jointProjects', here, came)}>
                  {t('afterworks.numbers.projects', { count: counters.jointProjects })}
                </a>
              ) : (
                t('afterworks.numbers.projects', { count: counters.jointProjects })
              )}
            </small>
          </dd>
        </div>
      </dl>
      <p class="source">{t('afterworks.numbers.since', { day: i18n.day(series.countedFrom) })}</p>
    </section>
  )
}

function Meter({ count, target }: { count: number; target: number | null }) {
  if (target === null) return null
  return <meter min={0} max={target} value={Math.min(count, target)} aria-hidden="true" />
}

function Adoptions({ network, series, adoptions, acting, forms }: SeriesPageProps) {
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug, series: series.slug }
  return (
    <section id="adoptions">
      <h2>{t('afterworks.adoptions')}</h2>
      {adoptions.length === 0 ? (
        <p>{t('afterworks.adoptions.none')}</p>
      ) : (
        <ul class="plain-list">
          {adoptions.map(({ id, organisation, tool, evidence, on, own }) => (
            <li key={id}>
              <strong>{tool}</strong> · {organisation} <small>{i18n.day(on)}</small>
              {evidence && <p>{evidence}</p>}
              {own && (
                <ActionButton
                  action={href('afterworkAdoptionRemoval', { ...here, adoption: id })}
                  label={t('afterworks.adoption.remove')}
                />
              )}
            </li>
          ))}
        </ul>
      )}
      {acting.length > 0 && (
        <details open={forms.adoption !== undefined}>
          <summary>{t('afterworks.adopt')}</summary>
          <Form
            action={href('afterworkAdoptions', here)}
            state={forms.adoption}
            submit={t('afterworks.adopt.submit')}
          >
            <Select
              name="organisationId"
              label={t('afterworks.adopt.organisation')}
              state={forms.adoption}
              choices={acting.map(({ id, name }) => ({ value: id, label: name }))}
              required
            />
            <TextField
              name="tool"
              label={t('afterworks.adopt.tool')}
              hint={t('afterworks.adopt.tool.hint')}
              state={forms.adoption}
              maxLength={200}
              required
            />
            <TextArea
              name="evidence"
              label={t('afterworks.adopt.evidence')}
              state={forms.adoption}
              rows={3}
            />
          </Form>
        </details>
      )}
    </section>
  )
}
