import type { I18n, MessageKey } from '#platform/i18n/i18n.ts'

/** Every action that is recorded anywhere, by the name it has in the log: a test looks for those that are not here. */
export const actionNames = {
  'account.address-changed': 'action.account.address-changed',
  'account.created': 'action.account.created',
  'account.erased': 'action.account.erased',
  'account.locked': 'action.account.locked',
  'commons.imported': 'action.commons.imported',
  'file.added': 'action.file.added',
  'file.removed': 'action.file.removed',
  'invitation.accepted': 'action.invitation.accepted',
  'invitation.revoked': 'action.invitation.revoked',
  'invitation.sent': 'action.invitation.sent',
  'invitation.sent-again': 'action.invitation.sent-again',
  'job.cancelled': 'action.job.cancelled',
  'job.retried': 'action.job.retried',
  'join-request.accepted': 'action.join-request.accepted',
  'join-request.declined': 'action.join-request.declined',
  'join-request.made': 'action.join-request.made',
  'key.created': 'action.key.created',
  'key.revoked': 'action.key.revoked',
  'mail.cancelled': 'action.mail.cancelled',
  'mail.retried': 'action.mail.retried',
  'mail.tested': 'action.mail.tested',
  'mandate.changed': 'action.mandate.changed',
  'mandate.ended': 'action.mandate.ended',
  'mandate.given': 'action.mandate.given',
  'mandate.removed': 'action.mandate.removed',
  'member.joined': 'action.member.joined',
  'membership.ended': 'action.membership.ended',
  'membership.resumed': 'action.membership.resumed',
  'organisation.added': 'action.organisation.added',
  'organisation.changed': 'action.organisation.changed',
  'passkey.added': 'action.passkey.added',
  'passkey.removed': 'action.passkey.removed',
  'password.changed': 'action.password.changed',
  'person.added': 'action.person.added',
  'person.changed': 'action.person.changed',
  'person.removed': 'action.person.removed',
  'platform.administrator-added': 'action.platform.administrator-added',
  'settings.changed': 'action.settings.changed',
  'settings.logo-changed': 'action.settings.logo-changed',
  'settings.visibility-changed': 'action.settings.visibility-changed',
  'two-factor.codes-renewed': 'action.two-factor.codes-renewed',
  'two-factor.off': 'action.two-factor.off',
  'two-factor.on': 'action.two-factor.on',
  'webhook.changed': 'action.webhook.changed',
  'webhook.created': 'action.webhook.created',
  'webhook.disabled': 'action.webhook.disabled',
  'webhook.rekeyed': 'action.webhook.rekeyed',
  'webhook.removed': 'action.webhook.removed',
  'webhook.tested': 'action.webhook.tested',
} as const satisfies Record<string, MessageKey>

/** An action in the reader's language; as it is where another version recorded it. */
export function actionName(action: string, { t }: Pick<I18n, 't'>): string {
  return Object.hasOwn(actionNames, action) ? t(actionNames[action as keyof typeof actionNames]) : action
}

/** What a webhook can wait for as one: everything that begins with the word. */
export const actionGroups = {
  'commons.': 'webhooks.group.commons',
  'member.': 'webhooks.group.member',
  'person.': 'webhooks.group.person',
  'mandate.': 'webhooks.group.mandate',
  'organisation.': 'webhooks.group.organisation',
  'membership.': 'webhooks.group.membership',
  'file.': 'webhooks.group.file',
  'invitation.': 'webhooks.group.invitation',
  'join-request.': 'webhooks.group.join-request',
  'settings.': 'webhooks.group.settings',
  'key.': 'webhooks.group.key',
  'webhook.': 'webhooks.group.webhook',
  'mail.': 'webhooks.group.mail',
  'job.': 'webhooks.group.job',
} as const satisfies Record<string, MessageKey>

/** The actions of a group, in the reader's language. */
export function actionsOf(group: string, i18n: Pick<I18n, 't'>): string[] {
  return Object.keys(actionNames)
    .filter(action => action.startsWith(group))
    .map(action => actionName(action, i18n))
}
