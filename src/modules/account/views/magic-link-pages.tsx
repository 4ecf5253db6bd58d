import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { AskByMail, SentByMail } from '#modules/account/views/ask-by-mail.tsx'
import { Carried } from '#modules/account/views/carried.tsx'
import { DoorLayout } from '#modules/account/views/door-layout.tsx'
import { Form } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

export function MagicLinkPage({ form }: { form: FormState }) {
  const { t } = useFrame().i18n
  return (
    <AskByMail
      route="magicLink"
      title={t('account.link.title')}
      lede={t('account.link.lede')}
      submit={t('account.link.submit')}
      form={form}
    />
  )
}

export function LinkSentPage() {
  return <SentByMail route="magicLink" lede={useFrame().i18n.t('account.link.sent')} />
}

/** Where the link of the mail leads: the button uses it up, not the look at the page. */
export function LinkTokenPage(props: { form: FormState; token: string; spent: boolean }) {
  const { t, locale } = useFrame().i18n
  if (props.spent) {
    return (
      <DoorLayout title={t('account.link.spent')} lede={t('account.link.spent.text')}>
        <p class="buttons">
          <a class="button" href={href('magicLink', { locale })}>
            {t('account.sent.again')}
          </a>
        </p>
      </DoorLayout>
    )
  }
  return (
    <DoorLayout title={t('account.link.ready')} lede={t('account.link.ready.text')}>
      <Form
        action={href('magicLinkToken', { locale, token: props.token })}
        submit={t('account.sign-in.submit')}
      >
        <Carried form={props.form} name="next" />
      </Form>
    </DoorLayout>
  )
}
