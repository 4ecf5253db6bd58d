import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { Programme } from '#modules/programmes/programme.ts'
import type { Consent, Quote, Signature } from '#modules/programmes/report/quotes.ts'
import type { I18n, MessageKey } from '#platform/i18n/i18n.ts'
import { ActionButton, Choices, Form, TextArea } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

interface QuotesSectionProps {
  network: string
  programme: Pick<Programme, 'id'>
  stepId: string | null
  quotes: Quote[]
  more: boolean
  small: boolean
  mayWrite: boolean
}

export function QuotesSection(props: QuotesSectionProps) {
  const { network, programme, stepId, quotes, more, small, mayWrite } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network, programme: programme.id }
  return (
    <section class="quotes no-print" id="words">
      <h2>{t('programme-quote.name')}</h2>
      <QuoteList network={network} programmeId={programme.id} quotes={quotes} />
      {(more || quotes.some(({ own }) => own)) && (
        <p>
          <a href={href('programmeQuotes', here)}>{t('programme-quote.all')}</a>
        </p>
      )}
      {mayWrite && (
        <details>
          <summary>{t('programme-quote.leave')}</summary>
          <QuoteForm network={network} programmeId={programme.id} stepId={stepId} small={small} />
        </details>
      )}
    </section>
  )
}

export const consentNames: Record<Consent, MessageKey> = {
  group: 'programme-quote.consent.group',
  report: 'programme-quote.consent.report',
}

const signatureNames: Record<Signature, MessageKey> = {
  nobody: 'programme-quote.signed.nobody',
  organisation: 'programme-quote.signed.organisation',
  person: 'programme-quote.signed.person',
}

/** Who may read it and how it is signed are asked each time: neither has an answer that is right for all. */
export function QuoteForm(props: {
  network: string
  programmeId: string
  stepId: string | null
  small: boolean
  form?: FormState
}) {
  const { t, locale } = useFrame().i18n
  const { form, small } = props
  const here = { locale, network: props.network, programme: props.programmeId }
  return (
    <Form action={href('programmeQuotes', here)} submit={t('programme-quote.submit')} state={form}>
      {props.stepId && <input type="hidden" name="step" value={props.stepId} />}
      <TextArea
        name="body"
        label={t('programme-quote.body')}
        hint={t('programme-quote.body.hint')}
        state={form}
        rows={3}
        maxLength={2000}
        required
      />
      {/* Called, not placed: the form names what is to be corrected by the labels that it finds in itself. */}
      {TermsFields({ form })}
      {small && <p class="notice">{t('programme-quote.small')}</p>}
      <p>
        <small>{t('programme-quote.back')}</small>
      </p>
    </Form>
  )
}

export function TermsFields({ form }: { form?: FormState | undefined }) {
  const { t } = useFrame().i18n
  return (
    <>
      <Choices
        name="consent"
        label={t('programme-quote.consent')}
        state={form}
        required
        choices={(['group', 'report'] as const).map(value => ({ value, label: t(consentNames[value]) }))}
      />
      <Choices
        name="signedAs"
        label={t('programme-quote.signed')}
        state={form}
        required
        choices={(['nobody', 'organisation', 'person'] as const).map(value => ({
          value,
          label: t(signatureNames[value]),
        }))}
      />
    </>
  )
}

export function QuoteList(props: { network: string; programmeId: string; quotes: Quote[] }) {
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: props.network, programme: props.programmeId }
  if (props.quotes.length === 0) return <p>{t('programme-quote.none')}</p>
  return (
    <ul class="quote-list">
      {props.quotes.map(quote => (
        <li key={quote.id}>
          <blockquote>
            <p>{quote.body}</p>
          </blockquote>
          <p class="signed">
            {signatureOf(quote, i18n)}
            {quote.step && ` · ${quote.step.title}`}
            {quote.own && ` · ${t('programme-quote.own')} · ${t(consentNames[quote.consent])}`}
          </p>
          {quote.own && (
            <ActionButton
              action={href('programmeQuoteRemoval', { ...here, quote: quote.id })}
              label={t('programme-quote.withdraw')}
              danger
            />
          )}
        </li>
      ))}
    </ul>
  )
}

/** As it stands below the words; what the signature does not say is said to nobody. */
export function signatureOf({ signedAs, name, organisation }: Quote, { t }: I18n): string {
  if (signedAs === 'person' && name) return organisation ? `${name}, ${organisation}` : name
  if (signedAs === 'organisation' && organisation) return organisation
  return t('programme-quote.by-nobody')
}
