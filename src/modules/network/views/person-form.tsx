import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { Network } from '#modules/network/networks.ts'
import { NetworkLayout } from '#modules/network/views/network-layout.tsx'
import { Form, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** Someone new, or the name and address of someone known. */
export function PersonForm(props: {
  network: Network
  person: { id: string; name: string } | null
  form: FormState
}) {
  const { network, person, form } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  const title = person ? t('person.change') : t('members.add')
  return (
    <NetworkLayout of={network} title={title} noIndex>
      <div>
        <p class="crumbs">
          <a href={href('members', here)}>{t('members.name')}</a>
          {person && (
            <>
              {' › '}
              <a href={href('person', { ...here, person: person.id })}>{person.name}</a>
            </>
          )}
        </p>
        <h1>{title}</h1>
        {!person && <p class="lede">{t('members.add.lede')}</p>}
        <Form
          action={person ? href('personDetails', { ...here, person: person.id }) : href('members', here)}
          state={form}
          submit={person ? t('form.save') : t('members.add.submit')}
        >
          <TextField
            name="name"
            label={t('person.name')}
            state={form}
            maxLength={200}
            autocomplete="off"
            required
          />
          <TextField
            name="email"
            label={t('person.email')}
            state={form}
            type="email"
            maxLength={254}
            autocomplete="off"
            hint={t('person.email.hint')}
          />
        </Form>
      </div>
    </NetworkLayout>
  )
}
