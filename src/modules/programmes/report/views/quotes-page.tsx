import { type FormState, formOf } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import type { Programme } from '#modules/programmes/programme.ts'
import type { Quote } from '#modules/programmes/report/quotes.ts'
import { QuoteForm, QuoteList, TermsFields } from '#modules/programmes/report/views/quotes-section.tsx'
import { Form } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

interface QuotesPageProps {
  network: Network
  programmeId: string
  /** Null for those who have left the group: they find what is their own, and take it back. */
  programme: Programme | null
  quotes: Quote[]
  own: Quote[]
  small: boolean
  mayWrite: boolean
  form: FormState
}

export function QuotesPage(props: QuotesPageProps) {
  const { network, programmeId, programme, quotes, own } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, programme: programmeId }
  return (
    <NetworkLayout of={network} title={t('programme-quote.name')} noIndex>
      <article class="quotes">
        {programme && (
          <p class="crumbs">
            <a href={href('programme', here)}>{programme.name}</a>
          </p>
        )}
        <h1>{t('programme-quote.name')}</h1>
        <p class="lede">{t('programme-quote.lede')}</p>
        {programme && <QuoteList network={network.slug} programmeId={programmeId} quotes={quotes} />}
        {props.mayWrite && (
          <section>
            <h2>{t('programme-quote.leave')}</h2>
            <QuoteForm
              network={network.slug}
              programmeId={programmeId}
              stepId={props.form.values.step?.[0] ?? null}
              small={props.small}
              form={props.form}
            />
          </section>
        )}
        {own.length > 0 && (
          <section>
            <h2>{t('programme-quote.yours')}</h2>
            <p>{t('programme-quote.paper')}</p>
            {!programme && <QuoteList network={network.slug} programmeId={programmeId} quotes={own} />}
            {programme &&
              own.map(quote => (
                <details key={quote.id}>
                  <summary>{t('programme-quote.change', { start: startOf(quote.body) })}</summary>
                  <Form
                    action={href('programmeQuote', { ...here, quote: quote.id })}
                    submit={t('programme-quote.keep')}
                  >
                    <TermsFields form={formOf({ consent: quote.consent, signedAs: quote.signedAs })} />
                  </Form>
                </details>
              ))}
          </section>
        )}
      </article>
    </NetworkLayout>
  )
}

function startOf(body: string): string {
  const line = body.replace(/\s+/g, ' ')
  return line.length > 60 ? `${line.slice(0, 59)}…` : line
}
