import { z } from 'zod'
import type { I18n } from '#platform/i18n/i18n.ts'
import { type DestinationOptions, readDestination } from '#platform/webhooks/destination.ts'
import { refusalMessages } from '#platform/webhooks/messages.ts'

export interface WebhookInput {
  url: string
  actions: string[]
}

/**
 * What a form, the API and the command line may say of a webhook; what is wrong is said in the reader's language.
 * Actions may come as a list or as one text, parted by spaces, commas or lines.
 */
export function webhookInput({ t }: Pick<I18n, 't'>, options: Pick<DestinationOptions, 'allowPrivate'> = {}) {
  const url = z
    .string()
    .trim()
    .max(2_000, t('webhook.url.too-long', { most: 2_000 }))
    .transform((text, context) => {
      const read = readDestination(text, options)
      if (typeof read !== 'string') return read.href
      context.issues.push({ code: 'custom', message: t(refusalMessages[read]), input: text })
      return z.NEVER
    })
  const action = z
    .string()
    .max(100, t('webhook.actions.wrong'))
    .regex(/^(?:\*|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.?)$/, t('webhook.actions.wrong'))
  const actions = z
    .preprocess(
      given => (typeof given === 'string' ? given.split(/[\s,;]+/).filter(part => part !== '') : given),
      z
        .array(action)
        .min(1, t('webhook.actions.none'))
        .max(50, t('webhook.actions.too-many', { most: 50 })),
    )
    .transform(list => (list.includes('*') ? ['*'] : [...new Set(list)]))
  return z.object({ url, actions })
}
