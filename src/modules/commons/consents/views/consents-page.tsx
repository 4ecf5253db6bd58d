import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { Consent } from '#modules/commons/consents/consents.ts'
import type { CommonsDocument } from '#modules/commons/writing/documents.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { Form, TextArea, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

const ends = { withdrawal: 'consents.ended.withdrawal', expiry: 'consents.ended.expiry' } as const

/** The people a page speaks of, what each agreed to and until when. */
export function ConsentsPage(props: {
  network: Network
  document: CommonsDocument
  consents: Consent[]
  form: FormState
}) {
  const { t, locale } = useFrame().i18n
  const { network, document, consents, form } = props
  const here = { locale, network: network.slug, document: document.id }
  return (
    <NetworkLayout of={network} title={t('consents.of', { title: document.title })} noIndex>
      <header>
        <p class="crumbs">
          <a href={href('writing', here)}>{t('writing.name')}</a> ›{' '}
          <a href={href('writingPage', here)}>{document.title}</a>
        </p>
        <h1>{t('consents.name')}</h1>
        <p class="lede">{t('consents.lede')}</p>
      </header>
      {consents.some(({ ended, settledAt }) => ended && !settledAt) && (
        <p class="notice">{t('consents.unsettled')}</p>
      )}
      <section>
        {consents.length === 0 && <p>{t('consents.none')}</p>}
        <ul class="plain-list consents">
          {consents.map(consent => (
            <li key={consent.id}>
              <Entry network={network} document={document} consent={consent} />
            </li>
          ))}
        </ul>
      </section>
      <section>
        <h2>{t('consents.add')}</h2>
        <Form action={href('writingConsents', here)} state={form} submit={t('consents.submit')}>
          <TextField name="about" label={t('consents.about')} state={form} required maxLength={200} />
          <TextArea
            name="scope"
            label={t('consents.scope')}
            hint={t('consents.scope.hint')}
            state={form}
            required
            maxLength={1000}
          />
          <TextField
            name="proof"
            label={t('consents.proof')}
            hint={t('consents.proof.hint')}
            state={form}
            maxLength={500}
          />
          <TextField name="givenOn" type="date" label={t('consents.given-on')} state={form} required />
          <TextField
            name="validUntil"
            type="date"
            label={t('consents.valid-until')}
            hint={t('consents.valid-until.hint')}
            state={form}
          />
        </Form>
      </section>
    </NetworkLayout>
  )
}

function Entry({
  network,
  document,
  consent,
}: {
  network: Network
  document: CommonsDocument
  consent: Consent
}) {
  const { t, locale, day } = useFrame().i18n
  const here = { locale, network: network.slug, document: document.id, consent: consent.id }
  const { ended, settledAt, validUntil } = consent
  const on = (date: string) => day(new Date(`${date}T12:00:00Z`), 'UTC')
  return (
    <article class="consent">
      <h3>{consent.about ?? t('consents.someone')}</h3>
      <p>{consent.scope}</p>
      <p class="facts">
        {t('consents.given', { day: on(consent.givenOn) })}
        {' · '}
        {validUntil === null ? t('consents.open') : t('consents.until', { day: on(validUntil) })}
      </p>
      {consent.proof && (
        <p class="facts">
          {t('consents.proof.at')} <Proof text={consent.proof} />
        </p>
      )}
      {ended && (
        <p>
          <strong class="tag">{t(ends[ended.by], { day: day(ended.at, network.timeZone) })}</strong>{' '}
          {settledAt && t('consents.settled', { day: day(settledAt, network.timeZone) })}
        </p>
      )}
      <div class="buttons">
        {ended && !settledAt && (
          <form method="post" action={href('writingConsentSettlement', here)}>
            <button type="submit" class="button quiet">
              {t('consents.settle')}
            </button>
          </form>
        )}
        {ended?.by !== 'withdrawal' && !settledAt && validUntil !== null && (
          <form method="post" action={href('writingConsentRenewal', here)} class="renewal">
            <label>
              {t('consents.renew.until')} <input type="date" name="validUntil" />
            </label>
            <button type="submit" class="button quiet">
              {t('consents.renew')}
            </button>
          </form>
        )}
        {!ended && (
          <a class="button quiet" href={href('writingConsentWithdrawal', here)}>
            {t('consents.withdraw')}
          </a>
        )}
      </div>
    </article>
  )
}

/** An address to open, or where the paper lies. */
function Proof({ text }: { text: string }) {
  return /^https?:\/\/\S+$/i.test(text) ? (
    <a href={text} rel="noreferrer nofollow">
      {text.replace(/^https?:\/\//i, '').slice(0, 60)}
    </a>
  ) : (
    <span>{text}</span>
  )
}
