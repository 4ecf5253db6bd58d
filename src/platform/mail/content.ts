import { h } from 'preact'
import { renderToString } from 'preact-render-to-string'
import { isLocale, locales } from '#kernel/locale.ts'
import { i18nFor, type MessageKey, type MessageValues } from '#platform/i18n/i18n.ts'
import { oneLine } from '#platform/mail/address.ts'
import type { Kind } from '#platform/mail/cadence.ts'
import { MailPage } from '#platform/mail/mail-page.tsx'
import { type Template, type TemplateName, templates } from '#platform/mail/templates.ts'

/** A message of the table, as far as it is read. */
export interface Written {
  name: string
  locale: string
  time_zone: string | null
  template: string
  params: unknown
  secrets: unknown
}

/** The network a message comes from; null for the installation itself. */
export type Sender = { name: unknown; locale: string; time_zone?: string } | null

/** What a message says, before it is set as text or as HTML. */
export interface Content {
  locale: string
  network: string
  subject: string
  greeting: string
  paragraphs: string[]
  sections: { network: string; entries: { text: string; url: string | null }[] }[]
  more: string | null
  button: { label: string; url: string; copy: string } | null
  reason: string
  silence: { label: string; url: string } | null
}

const kindNames: Record<Exclude<Kind, 'digest'>, MessageKey> = {
  security: 'mail.kind.security',
  invitation: 'mail.kind.invitation',
  membership: 'mail.kind.membership',
  work: 'mail.kind.work',
  following: 'mail.kind.following',
  administration: 'mail.kind.administration',
}

/** @param silenceUrl where such messages are turned off; null where they cannot be */
export function contentOf(written: Written, sender: Sender, silenceUrl: string | null): Content {
  const i18n = i18nFor(isLocale(written.locale) ? written.locale : 'en')
  const { t } = i18n
  const network = networkName(sender, written.locale)
  const template = templateOf(written.template)
  const params = { ...asRecord(written.params), ...asRecord(written.secrets) }
  const values = template.values(params, {
    i18n,
    network,
    moment: value => i18n.moment(value, written.time_zone ?? sender?.time_zone ?? 'UTC'),
  })
  const say = (key: MessageKey, more?: MessageValues) => t(key, { ...values, ...more })
  const sections = Array.isArray(params.sections) ? (params.sections as Content['sections']) : []
  const listed = sections.reduce((sum, section) => sum + section.entries.length, 0)
  const rest = typeof params.count === 'number' && listed > 0 ? params.count - listed : 0
  return {
    locale: i18n.locale,
    network,
    subject: oneLine(say(template.subject), 200),
    greeting: written.name ? t('mail.greeting', { name: written.name }) : t('mail.greeting.anonymous'),
    paragraphs: template.paragraphs.map(key => say(key)),
    sections,
    more: rest > 0 ? t('mail.digest.more', { count: rest }) : null,
    button:
      template.button && typeof params.url === 'string'
        ? { label: say(template.button), url: params.url, copy: t('mail.button.copy') }
        : null,
    reason:
      template.kind === 'digest'
        ? t('mail.footer.digest')
        : t('mail.footer.reason', { network, kind: t(kindNames[template.kind]) }),
    silence: silenceUrl ? { label: t('mail.footer.silence'), url: silenceUrl } : null,
  }
}

/** What a message is about. One that another version wrote, and this one cannot read, must not hide the others. */
export function subjectOf(written: Written, sender: Sender): string {
  try {
    return contentOf(written, sender, null).subject
  } catch {
    return written.template
  }
}

export function templateOf(name: string): Template {
  if (!Object.hasOwn(templates, name)) throw new Error(`No template is called ${name}`)
  return templates[name as TemplateName] as unknown as Template
}

/** The name by which the sender is known to the reader. */
export function networkName(sender: Sender, locale: string): string {
  const names = asRecord(sender?.name)
  for (const wanted of [locale, sender?.locale ?? '', ...locales]) {
    const name = names[wanted]
    if (typeof name === 'string' && name !== '') return oneLine(name)
  }
  return 'Cordée'
}

export function asText(content: Content): string {
  const { button, silence } = content
  return [
    content.greeting,
    ...content.paragraphs,
    ...content.sections.map(section =>
      [
        section.network,
        ...section.entries.map(entry => `– ${entry.text}${entry.url ? `\n  ${entry.url}` : ''}`),
      ].join('\n'),
    ),
    ...(content.more ? [content.more] : []),
    ...(button ? [`${button.label}\n${button.url}`] : []),
    // Mail programs take two dashes and a space for the beginning of what need not be quoted.
    ['-- ', content.network, content.reason, ...(silence ? [`${silence.label}\n${silence.url}`] : [])].join(
      '\n',
    ),
  ].join('\n\n')
}

export function asHtml(content: Content): string {
  return `<!doctype html>${renderToString(h(MailPage, { content }))}`
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
