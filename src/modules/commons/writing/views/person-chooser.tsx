import type { FormState } from '#http/form.ts'
import { Form, Select } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** How many names a list shows before one has to say a part of the name. */
const mostListed = 200

/** Someone of the network, chosen from a list; where it is too long, found by a part of the name first. */
export function PersonChooser(props: {
  action: string
  people: { personId: string; name: string }[]
  q: string
  form: FormState
  submit: string
}) {
  const { t } = useFrame().i18n
  const { action, people, q, form, submit } = props
  return (
    <>
      {(people.length >= mostListed || q !== '') && (
        <form class="form" method="get" action={action}>
          <div class="field">
            <label for="person-q">{t('writing.person.search')}</label>
            <input type="search" id="person-q" name="q" value={q} />
          </div>
          <p class="buttons">
            <button type="submit" class="button quiet">
              {t('writing.person.find')}
            </button>
          </p>
        </form>
      )}
      {people.length === 0 ? (
        <p>{t('writing.person.none')}</p>
      ) : (
        <Form action={action} state={form} submit={submit}>
          <Select
            name="person"
            label={t('writing.person')}
            state={form}
            required
            choices={[
              { value: '', label: t('writing.person.choose') },
              ...people.map(({ personId, name }) => ({ value: personId, label: name })),
            ]}
          />
        </Form>
      )}
    </>
  )
}
