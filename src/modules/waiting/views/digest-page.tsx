import { href } from '#http/routes.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import type { DigestBeforehand } from '#modules/waiting/digest/beforehand.ts'
import type { Content } from '#platform/mail/index.ts'
import { useFrame } from '#ui/frame.ts'

/** The digest as it would be today, and when it comes. */
export function DigestPage({ network, digest }: { network: Network; digest: DigestBeforehand }) {
  const { t, locale, moment } = useFrame().i18n
  const { mail, comesAt, timeZone } = digest
  return (
    <NetworkLayout of={network} title={t('waiting.digest')} noIndex>
      <div class="listing digest-page">
        <p class="crumbs">
          <a href={href('waiting', { locale, network: network.slug })}>{t('waiting.name')}</a>
        </p>
        <h1>{t('waiting.digest')}</h1>
        <p class="lede">
          {comesAt === null
            ? t('waiting.digest.never')
            : t('waiting.digest.next', { at: moment(comesAt, timeZone) })}{' '}
          <a href={href('accountMail', { locale })}>{t('waiting.digest.settings')}</a>
        </p>
        {mail === null ? <p class="notice">{t('waiting.digest.nothing')}</p> : <Letter mail={mail} />}
      </div>
    </NetworkLayout>
  )
}

/** In the language in which it is written, which need not be that of the page. */
function Letter({ mail }: { mail: Content }) {
  const { t } = useFrame().i18n
  const { button, parts, silence } = mail
  return (
    <article class="digest-letter" lang={mail.locale} aria-label={mail.subject}>
      <p class="subject">
        <small>{t('waiting.digest.subject')}</small> <strong>{mail.subject}</strong>
      </p>
      <p>{mail.greeting}</p>
      {mail.paragraphs.map(text => (
        <p key={text}>{text}</p>
      ))}
      {mail.sections.map(({ network, entries }) => (
        <section key={network}>
          <h2>{network}</h2>
          <ul>
            {entries.map(({ text, url, note }) => (
              <li key={`${text} ${url}`}>
                {url ? <a href={url}>{text}</a> : text}
                {note && <small>{note}</small>}
              </li>
            ))}
          </ul>
        </section>
      ))}
      {button && (
        <p>
          <a class="button" href={button.url}>
            {button.label}
          </a>
        </p>
      )}
      <footer>
        <p>{mail.reason}</p>
        {parts && (
          <p>
            {parts.label}{' '}
            {parts.links.map(({ label, url }, index) => (
              <span key={url}>
                {index > 0 && ' · '}
                <a href={url}>{label}</a>
              </span>
            ))}
          </p>
        )}
        {silence && (
          <p>
            <a href={silence.url}>{silence.label}</a>
          </p>
        )}
      </footer>
    </article>
  )
}
