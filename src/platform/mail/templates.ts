import { z } from 'zod'
import { affiliationTemplates } from '#platform/mail/affiliation-templates.ts'
import { afterworkTemplates } from '#platform/mail/afterwork-templates.ts'
import { dateTemplates } from '#platform/mail/date-templates.ts'
import { groupTemplates } from '#platform/mail/group-templates.ts'
import { meetingTemplates } from '#platform/mail/meeting-templates.ts'
import { minutesTemplates } from '#platform/mail/minutes-templates.ts'
import { programmeCourseTemplates } from '#platform/mail/programme-course-templates.ts'
import { programmeProgressTemplates } from '#platform/mail/programme-progress-templates.ts'
import { count, moment, template, url, words } from '#platform/mail/template.ts'
import { threadTemplates } from '#platform/mail/thread-templates.ts'
import { waitingTemplates } from '#platform/mail/waiting-templates.ts'

export {
  type CalendarPart,
  type Conversation,
  calendarPart,
  type Part,
  type Template,
} from '#platform/mail/template.ts'

export type TemplateName = keyof typeof templates

export type ParamsOf<Name extends TemplateName> = z.input<(typeof templates)[Name]['params']>

const roles = {
  member: 'mail.role.member',
  facilitator: 'mail.role.facilitator',
  administrator: 'mail.role.administrator',
} as const

const decisions = {
  resolved: 'discussion.state.resolved',
  accepted: 'discussion.state.accepted',
  declined: 'discussion.state.declined',
} as const

/** Entries under headings. */
const sections = z.array(
  z.object({
    network: z.string(),
    entries: z.array(
      // What stands for several messages says for how many.
      z.object({ text: z.string(), url: z.string().nullable(), count: z.number().optional() }),
    ),
  }),
)
const role = z.enum(['member', 'facilitator', 'administrator'])

/** What changes by what somebody comes in, besides their password. */
const waysInChanges = {
  'two-factor.on': 'mail.ways-in-changed.two-factor.on',
  'two-factor.off': 'mail.ways-in-changed.two-factor.off',
  'two-factor.codes-renewed': 'mail.ways-in-changed.two-factor.codes-renewed',
  'passkey.added': 'mail.ways-in-changed.passkey.added',
  'passkey.removed': 'mail.ways-in-changed.passkey.removed',
  'provider.linked': 'mail.ways-in-changed.provider.linked',
  'provider.unlinked': 'mail.ways-in-changed.provider.unlinked',
} as const
export type WaysInChange = keyof typeof waysInChanges

export const templates = {
  invitation: template({
    kind: 'invitation',
    params: z.object({
      inviter: words,
      role,
      url,
      expiresAt: moment,
      /** Into which they come as well, and what whoever invites says of it. */
      group: words.nullable().default(null),
      message: z.string().max(2_000).default(''),
    }),
    secrets: ['url'],
    subject: 'mail.invitation.subject',
    paragraphs: ['mail.invitation.text', 'mail.invitation.expiry'],
    said: 'message',
    closing: ({ group }) => (group === null ? [] : ['mail.invitation.group']),
    button: 'mail.invitation.button',
    values: ({ inviter, role, expiresAt, group }, { i18n, network, moment }) => ({
      inviter,
      network,
      role: i18n.t(roles[role]),
      moment: moment(expiresAt),
      group: group ?? '',
    }),
  }),
  'verify-address': template({
    kind: 'security',
    params: z.object({ url, expiresAt: moment }),
    secrets: ['url'],
    subject: 'mail.verify-address.subject',
    paragraphs: ['mail.verify-address.text', 'mail.link.expiry', 'mail.link.unasked'],
    button: 'mail.verify-address.button',
    values: ({ expiresAt }, { moment }) => ({ moment: moment(expiresAt) }),
  }),
  'magic-link': template({
    kind: 'security',
    params: z.object({ url, expiresAt: moment }),
    secrets: ['url'],
    subject: 'mail.magic-link.subject',
    paragraphs: ['mail.magic-link.text', 'mail.link.expiry', 'mail.link.unasked'],
    button: 'mail.magic-link.button',
    values: ({ expiresAt }, { network, moment }) => ({ network, moment: moment(expiresAt) }),
  }),
  'reset-password': template({
    kind: 'security',
    params: z.object({ url, expiresAt: moment }),
    secrets: ['url'],
    subject: 'mail.reset-password.subject',
    paragraphs: ['mail.reset-password.text', 'mail.link.expiry', 'mail.reset-password.unasked'],
    button: 'mail.reset-password.button',
    values: ({ expiresAt }, { moment }) => ({ moment: moment(expiresAt) }),
  }),
  /** To someone who has an account and signs up once more, or in whose name another does. */
  'address-in-use': template({
    kind: 'security',
    params: z.object({ url }),
    secrets: [],
    subject: 'mail.address-in-use.subject',
    paragraphs: ['mail.address-in-use.text', 'mail.address-in-use.unasked'],
    button: 'mail.address-in-use.button',
    values: () => ({}),
  }),
  'password-changed': template({
    kind: 'security',
    params: z.object({ at: moment, url }),
    secrets: [],
    subject: 'mail.password-changed.subject',
    paragraphs: ['mail.password-changed.text', 'mail.password-changed.stranger'],
    button: 'mail.password-changed.button',
    values: ({ at }, { moment }) => ({ moment: moment(at) }),
  }),
  'ways-in-changed': template({
    kind: 'security',
    params: z.object({ at: moment, change: z.enum(Object.keys(waysInChanges) as WaysInChange[]), url }),
    secrets: [],
    subject: 'mail.ways-in-changed.subject',
    paragraphs: ['mail.ways-in-changed.text', 'mail.ways-in-changed.stranger'],
    button: 'mail.password-changed.button',
    values: ({ at, change }, { i18n, moment }) => ({
      moment: moment(at),
      change: i18n.t(waysInChanges[change]),
    }),
  }),
  /** To the old address. It does not name the new one: who reads along need not know it. */
  'address-changed': template({
    kind: 'security',
    params: z.object({ at: moment }),
    secrets: [],
    subject: 'mail.address-changed.subject',
    paragraphs: ['mail.address-changed.text', 'mail.address-changed.stranger'],
    values: ({ at }, { moment }) => ({ moment: moment(at) }),
  }),
  'sign-in-new-device': template({
    kind: 'security',
    params: z.object({ at: moment, device: words, url }),
    secrets: [],
    subject: 'mail.sign-in-new-device.subject',
    paragraphs: ['mail.sign-in-new-device.text', 'mail.sign-in-new-device.stranger'],
    button: 'mail.sign-in-new-device.button',
    values: ({ at, device }, { moment }) => ({ device, moment: moment(at) }),
  }),
  'account-erased': template({
    kind: 'security',
    params: z.object({ at: moment }),
    secrets: [],
    subject: 'mail.account-erased.subject',
    paragraphs: ['mail.account-erased.text', 'mail.account-erased.kept'],
    values: ({ at }, { moment }) => ({ moment: moment(at) }),
  }),
  'import-finished': template({
    kind: 'work',
    params: z.object({ origin: words, created: count, changed: count, refused: count, url }),
    secrets: [],
    subject: 'mail.import-finished.subject',
    paragraphs: ['mail.import-finished.text'],
    button: 'mail.import-finished.button',
    values: ({ origin, created, changed, refused }) => ({ origin, created, changed, refused }),
  }),
  /** What matched what someone follows. The subject names no page: a digest may be read long after. */
  'following-news': template({
    kind: 'following',
    params: z.object({ count, sections, url }),
    secrets: [],
    subject: 'mail.following-news.subject',
    paragraphs: ['mail.following-news.text'],
    button: 'mail.following-news.button',
    values: ({ count }, { network }) => ({ count, network }),
  }),
  'author-added': template({
    kind: 'work',
    params: z.object({ person: words, title: words, url }),
    secrets: [],
    subject: 'mail.author-added.subject',
    paragraphs: ['mail.author-added.text'],
    button: 'mail.author-added.button',
    values: ({ person, title }) => ({ person, title }),
  }),
  'consent-ending': template({
    kind: 'work',
    params: z.object({ title: words, day: z.iso.date(), url }),
    secrets: [],
    subject: 'mail.consent-ending.subject',
    paragraphs: ['mail.consent-ending.text'],
    button: 'mail.consent.button',
    values: ({ title, day }, { i18n }) => ({ title, day: i18n.day(new Date(`${day}T12:00:00Z`), 'UTC') }),
  }),
  'consent-ended': template({
    kind: 'work',
    params: z.object({ title: words, day: z.iso.date(), url }),
    secrets: [],
    subject: 'mail.consent-ended.subject',
    paragraphs: ['mail.consent-ended.text'],
    button: 'mail.consent.button',
    values: ({ title, day }, { i18n }) => ({ title, day: i18n.day(new Date(`${day}T12:00:00Z`), 'UTC') }),
  }),
  'review-asked': template({
    kind: 'work',
    params: z.object({ person: words, title: words, url }),
    secrets: [],
    subject: 'mail.review-asked.subject',
    paragraphs: ['mail.review-asked.text'],
    button: 'mail.review-asked.button',
    values: ({ person, title }) => ({ person, title }),
  }),
  'review-accepted': template({
    kind: 'work',
    params: z.object({ person: words, title: words, url }),
    secrets: [],
    subject: 'mail.review-accepted.subject',
    paragraphs: ['mail.review-accepted.text'],
    button: 'mail.review-accepted.button',
    values: ({ person, title }) => ({ person, title }),
  }),
  'review-returned': template({
    kind: 'work',
    params: z.object({ person: words, title: words, reason: words, url }),
    secrets: [],
    subject: 'mail.review-returned.subject',
    paragraphs: ['mail.review-returned.text', 'mail.review-returned.reason'],
    button: 'mail.review-returned.button',
    values: ({ person, title, reason }) => ({ person, title, reason }),
  }),
  /** What was said stays where it can be taken back: the message leads there. */
  'comment-added': template({
    kind: 'work',
    params: z.object({ person: words, title: words, url }),
    secrets: [],
    subject: 'mail.comment-added.subject',
    paragraphs: ['mail.comment-added.text'],
    button: 'mail.comment-added.button',
    values: ({ person, title }, { network }) => ({ person, title, network }),
  }),
  'comment-decided': template({
    kind: 'work',
    params: z.object({
      person: words,
      title: words,
      state: z.enum(['resolved', 'accepted', 'declined']),
      url,
    }),
    secrets: [],
    subject: 'mail.comment-decided.subject',
    paragraphs: ['mail.comment-decided.text'],
    button: 'mail.comment-decided.button',
    values: ({ person, title, state }, { i18n, network }) => ({
      person,
      title,
      network,
      decision: i18n.t(decisions[state]),
    }),
  }),
  'member-joined': template({
    kind: 'membership',
    params: z.object({ person: words, role, url }),
    secrets: [],
    subject: 'mail.member-joined.subject',
    paragraphs: ['mail.member-joined.text'],
    button: 'mail.member-joined.button',
    values: ({ person, role }, { i18n, network }) => ({ person, network, role: i18n.t(roles[role]) }),
  }),
  'join-requested': template({
    kind: 'administration',
    params: z.object({ person: words, url }),
    secrets: [],
    subject: 'mail.join-requested.subject',
    paragraphs: ['mail.join-requested.text'],
    button: 'mail.join-requested.button',
    values: ({ person }, { network }) => ({ person, network }),
  }),
  'join-accepted': template({
    kind: 'membership',
    params: z.object({ role, url }),
    secrets: [],
    subject: 'mail.join-accepted.subject',
    paragraphs: ['mail.join-accepted.text'],
    button: 'mail.join-accepted.button',
    values: ({ role }, { i18n, network }) => ({ network, role: i18n.t(roles[role]) }),
  }),
  'join-declined': template({
    kind: 'membership',
    params: z.object({ url }),
    secrets: [],
    subject: 'mail.join-declined.subject',
    paragraphs: ['mail.join-declined.text'],
    button: 'mail.join-declined.button',
    values: (_params, { network }) => ({ network }),
  }),
  'webhook-disabled': template({
    kind: 'administration',
    params: z.object({ webhook: words, failures: count, url }),
    secrets: [],
    subject: 'mail.webhook-disabled.subject',
    paragraphs: ['mail.webhook-disabled.text'],
    button: 'mail.webhook-disabled.button',
    values: ({ webhook, failures }) => ({ webhook, failures }),
  }),
  'backup-failed': template({
    kind: 'administration',
    params: z.object({ at: moment, reason: words, url }),
    secrets: [],
    subject: 'mail.backup-failed.subject',
    paragraphs: ['mail.backup-failed.text', 'mail.backup-failed.mend'],
    button: 'mail.backup-failed.button',
    values: ({ at, reason }, { moment }) => ({ reason, moment: moment(at) }),
  }),
  /** Asked for by whoever reads it: neither silenced nor held. */
  'test-message': template({
    kind: 'security',
    params: z.object({ at: moment }),
    secrets: [],
    subject: 'mail.test-message.subject',
    paragraphs: ['mail.test-message.text'],
    values: ({ at }, { network, moment }) => ({ network, moment: moment(at) }),
  }),
  ...groupTemplates,
  ...meetingTemplates,
  ...minutesTemplates,
  ...dateTemplates,
  ...affiliationTemplates,
  ...afterworkTemplates,
  ...programmeCourseTemplates,
  ...programmeProgressTemplates,
  ...threadTemplates,
  ...waitingTemplates,
  digest: template({
    kind: 'digest',
    params: z.object({
      count,
      /** What the entries are about, for the link that silences them. */
      kinds: z.array(z.string()),
      sections,
    }),
    // An invitation may be among them.
    secrets: ['sections'],
    subject: 'mail.digest.subject',
    paragraphs: ['mail.digest.text'],
    values: ({ count }) => ({ count }),
  }),
} as const
