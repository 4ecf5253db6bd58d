import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { groupKinds, joinings, visibilities } from '#modules/groups/kinds.ts'
import type { Group } from '#modules/groups/opening.ts'
import { joiningNames, kindNames, visibilityNames } from '#modules/groups/views/names.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { Checkbox, Choices, Form, Select, TextArea, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

interface GroupFormProps {
  network: Network
  /** Null for a new one. */
  group: Group | null
  /** Into which it may come. */
  parents: { id: string; name: string }[]
  /** Whether it may stand at the first level. */
  top: boolean
  form: FormState
}

export function GroupForm({ network, group, parents, top, form }: GroupFormProps) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  const title = group ? t('group.change') : t('groups.new')
  const open = network.visibility === 'public'
  return (
    <NetworkLayout of={network} title={title} noIndex>
      <p class="crumbs">
        <a href={href('groups', here)}>{t('groups.name')}</a>
        {group && (
          <>
            {' › '}
            <a href={href('group', { ...here, group: group.slug })}>{group.name}</a>
          </>
        )}
      </p>
      <h1>{title}</h1>
      <Form
        action={group ? href('groupDetails', { ...here, group: group.slug }) : href('groups', here)}
        state={form}
        submit={group ? t('group.save') : t('group.found')}
      >
        <TextField name="name" label={t('group.name')} state={form} maxLength={200} required />
        <Choices
          name="kind"
          label={t('group.kind')}
          state={form}
          choices={groupKinds.map(kind => ({ value: kind, label: t(kindNames[kind]) }))}
          required
        />
        <Select
          name="parent"
          label={t('group.parent')}
          state={form}
          choices={[
            ...(top ? [{ value: '', label: t('group.parent.none') }] : []),
            ...parents.map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
        <TextArea
          name="summary"
          label={t('group.summary')}
          hint={t('group.summary.hint')}
          state={form}
          rows={3}
        />
        <TextArea
          name="objectives"
          label={t('group.aims')}
          hint={t('group.markdown')}
          state={form}
          rows={5}
        />
        <TextField name="starts" label={t('group.starts')} type="date" state={form} />
        <TextField name="ends" label={t('group.ends')} type="date" state={form} />
        <TextArea
          name="charter"
          label={t('group.charter')}
          hint={t('group.charter.hint')}
          state={form}
          rows={12}
        />
        <Choices
          name="visibility"
          label={t('group.visibility')}
          state={form}
          choices={visibilities
            .filter(value => open || value !== 'public')
            .map(value => ({
              value,
              label: t(visibilityNames[value]),
              ...(value === 'group' && { hint: t('group.visibility.group.hint') }),
              ...(value === 'public' && { hint: t('group.visibility.public.hint') }),
            }))}
          required
        />
        <Choices
          name="joining"
          label={t('group.joining')}
          state={form}
          choices={joinings.map(value => ({ value, label: t(joiningNames[value]) }))}
          required
        />
        <TextArea
          name="questions"
          label={t('group.questions')}
          hint={t('group.questions.hint')}
          state={form}
          rows={4}
        />
        {!group && <Checkbox name="facilitates" label={t('group.facilitates')} state={form} />}
      </Form>
      {group && (
        <p class="other-way">
          <a href={href('groupArchival', { ...here, group: group.slug })}>{t('group.archive')}</a>
        </p>
      )}
    </NetworkLayout>
  )
}

/** Says what it will mean, before it is done. */
export function ArchivalPage({ network, group }: { network: Network; group: Group }) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, group: group.slug }
  return (
    <NetworkLayout of={network} title={t('group.archive')} noIndex>
      <p class="crumbs">
        <a href={href('group', here)}>{group.name}</a>
      </p>
      <h1>{t('group.archive')}</h1>
      <p>{t('group.archive.text')}</p>
      <Form action={href('groupArchival', here)} submit={t('group.archive.submit')} danger />
      <p>
        <a href={href('group', here)}>{t('group.archive.keep')}</a>
      </p>
    </NetworkLayout>
  )
}
