import type { Trx } from '#db/database.ts'
import { type Content, contentOf, templateOf } from '#platform/mail/content.ts'
import type { MailInput } from '#platform/mail/queue.ts'
import { senderOf, silencePathOf } from '#platform/mail/sending.ts'
import type { TemplateName } from '#platform/mail/templates.ts'

/** What a message would say to its recipient, if it were written and sent. */
export async function mailBeforehand<Name extends TemplateName>(
  trx: Trx,
  { networkId, to, template, params: given, baseUrl }: MailInput<Name>,
  secret: string,
): Promise<Content> {
  const { kind, params: schema } = templateOf(template)
  const params = schema.parse(given)
  const written = {
    ...{ account_id: to.accountId, address: to.address, name: to.name, locale: to.locale },
    ...{ time_zone: to.timeZone ?? null, template, params, secrets: null },
  }
  const silence = silencePathOf(secret, written, kind)
  return contentOf(written, await senderOf(trx, networkId), silence && baseUrl + silence)
}
