import { h } from 'preact'
import { renderToString } from 'preact-render-to-string'
import { isLocale, locales } from '#kernel/locale.ts'
import { i18nFor, type MessageKey, type MessageValues } from '#platform/i18n/i18n.ts'
import { oneLine } from '#platform/mail/address.ts'
import type { Kind } from '#platform/mail/cadence.ts'
import { MailPage } from '#platform/mail/mail-page.tsx'
import {
  type CalendarPart,
  type Conversation,
  calendarPart,
  type Template,
  type TemplateName,
  templates,
} from '#platform/mail/templates.ts'
import { renderMarkdown } from '#platform/markdown/index.ts'

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

/** One of what a message lists; what stands for several says for how many. */
export interface Entry {
  text: string
  url: string | null
  count?: number
  /** Said beneath: until when, of what. */
  note?: string
}

/** What a message says, before it is set as text or as HTML. */
export interface Content {
  locale: string
  network: string
  subject: string
  /** A line under which everything is ours: answers stand above it. */
  above: string | null
  greeting: string
  paragraphs: string[]
  /** Somebody's own words. */
  said: { text: string; html: string; quoted: boolean } | null
  closing: string[]
  sections: { network: string; entries: Entry[] }[]
  /** Parts of it that can be turned off by themselves, each by a link of its own. */
  parts: { label: string; links: { label: string; url: string }[] } | null
  more: string | null
  button: { label: string; url: string; copy: string } | null
  reason: string
  silence: { label: string; url: string } | null
  /** What calendars are to take from it. */
  calendar: CalendarPart | null
}

const kindNames: Record<Exclude<Kind, 'digest'>, MessageKey> = {
  security: 'mail.kind.security',
  invitation: 'mail.kind.invitation',
  membership: 'mail.kind.membership',
  work: 'mail.kind.work',
  meeting: 'mail.kind.meeting',
  discussion: 'mail.kind.discussion',
  following: 'mail.kind.following',
  administration: 'mail.kind.administration',
  waiting: 'mail.kind.waiting',
}

/** @param silenceUrl where such messages are turned off; null where they cannot be */
export function contentOf(written: Written, sender: Sender, silenceUrl: string | null): Content {
  const i18n = i18nFor(isLocale(written.locale) ? written.locale : 'en')
  const { t } = i18n
  const network = networkName(sender, written.locale)
  const template = templateOf(written.template)
  const params = paramsOf(written)
  const values = valuesOf(written, sender)
  const say = (key: MessageKey, more?: MessageValues) => t(key, { ...values, ...more })
  const sections = Array.isArray(params.sections) ? (params.sections as Content['sections']) : []
  const listed = sections.reduce((sum, section) => sum + counted(section.entries), 0)
  const rest = typeof params.count === 'number' && listed > 0 ? params.count - listed : 0
  return {
    locale: i18n.locale,
    network,
    subject: oneLine(say(template.subject), 200),
    above: typeof params.replyTo === 'string' ? t('mail.answer-above') : null,
    greeting: written.name ? t('mail.greeting', { name: written.name }) : t('mail.greeting.anonymous'),
    paragraphs: template.paragraphs.map(key => say(key)),
    said: template.said === undefined ? null : saidIn(params[template.said], !template.listed),
    closing: (template.closing?.(params) ?? []).map(key => say(key)),
    sections,
    parts: template.parts === undefined ? null : partsOf(t(template.parts), params.silences),
    more: rest > 0 ? t('mail.digest.more', { count: rest }) : null,
    button:
      template.button && typeof params.url === 'string'
        ? { label: say(template.button), url: params.url, copy: t('mail.button.copy') }
        : null,
    reason:
      template.kind === 'digest'
        ? t('mail.footer.digest')
        : t('mail.footer.reason', { network, kind: t(kindNames[template.kind]) }),
    silence:
      template.leaving !== undefined && typeof params.leaveUrl === 'string'
        ? { label: t(template.leaving), url: params.leaveUrl }
        : silenceUrl
          ? { label: t('mail.footer.silence'), url: silenceUrl }
          : null,
    calendar: calendarPart.safeParse(params.calendar).data ?? null,
  }
}

function valuesOf(written: Written, sender: Sender): MessageValues {
  const i18n = i18nFor(isLocale(written.locale) ? written.locale : 'en')
  return templateOf(written.template).values(paramsOf(written), {
    i18n,
    network: networkName(sender, written.locale),
    moment: value => i18n.moment(value, written.time_zone ?? sender?.time_zone ?? 'UTC'),
  })
}

/** What a message is about. One that another version wrote, and this one cannot read, must not hide the others. */
export function subjectOf(written: Written, sender: Sender): string {
  try {
    return contentOf(written, sender, null).subject
  } catch {
    return written.template
  }
}

/** What several messages of one digest are about together. */
export function subjectOfAll(written: [Written, ...Written[]], sender: Sender): string {
  const [first] = written
  const { together } = templateOf(first.template)
  if (written.length === 1 || !together) return subjectOf(first, sender)
  const i18n = i18nFor(isLocale(first.locale) ? first.locale : 'en')
  const values = valuesOf(first, sender)
  return oneLine(i18n.t(together.subject, { ...values, count: written.length }), 200)
}

/** What messages that belong together in a digest have in common; null for one that stands alone. */
export function togetherBy({ template, params }: Pick<Written, 'template' | 'params'>): string | null {
  const by = Object.hasOwn(templates, template) ? templateOf(template).together?.by : undefined
  return by === undefined ? null : `${by} ${String(asRecord(params)[by])}`
}

/** What it belongs to; null for what stands alone, or cannot be read. */
export function conversationOf(written: Pick<Written, 'template' | 'params'>): Conversation | null {
  if (!Object.hasOwn(templates, written.template)) return null
  return templateOf(written.template).conversation?.(asRecord(written.params)) ?? null
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
  const { button, silence, parts } = content
  return [
    ...(content.above ? [content.above] : []),
    content.greeting,
    ...content.paragraphs,
    ...(content.said ? [content.said.text] : []),
    ...content.closing,
    ...content.sections.map(section =>
      [
        section.network,
        ...section.entries.map(
          entry =>
            `– ${entry.text}${entry.note ? ` (${entry.note})` : ''}${entry.url ? `\n  ${entry.url}` : ''}`,
        ),
      ].join('\n'),
    ),
    ...(content.more ? [content.more] : []),
    ...(button ? [`${button.label}\n${button.url}`] : []),
    // Mail programs take two dashes and a space for the beginning of what need not be quoted.
    [
      '-- ',
      content.network,
      content.reason,
      ...(parts ? [parts.label, ...parts.links.map(({ label, url }) => `– ${label}\n  ${url}`)] : []),
      ...(silence ? [`${silence.label}\n${silence.url}`] : []),
    ].join('\n'),
  ].join('\n\n')
}

export function asHtml(content: Content): string {
  return `<!doctype html>${renderToString(h(MailPage, { content }))}`
}

function paramsOf({ params, secrets }: Pick<Written, 'params' | 'secrets'>): Record<string, unknown> {
  return { ...asRecord(params), ...asRecord(secrets) }
}

function partsOf(label: string, links: unknown): Content['parts'] {
  // Erased once the message has gone.
  return Array.isArray(links) && links.length > 0 ? { label, links } : null
}

function saidIn(text: unknown, quoted: boolean): Content['said'] {
  // Erased once the message has gone; and nobody has to say anything.
  if (typeof text !== 'string' || text.trim() === '') return null
  // Without pictures: fetched from elsewhere, they would tell somebody who reads, and when.
  const html = renderMarkdown(text, { headingShift: 2 }).replace(
    /<img src="[^"]*" alt="([^"]*)"[^>]*>/g,
    '$1',
  )
  return { text, html, quoted }
}

function counted(entries: { count?: number }[]): number {
  return entries.reduce((sum, { count = 1 }) => sum + count, 0)
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
