import type { FormState } from '#http/form.ts'
import { actionGroups, actionName, actionsOf } from '#modules/administration/actions.ts'
import type { I18n } from '#platform/i18n/i18n.ts'
import { Choices, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** Where messages go, and which. What a programme chose more finely is kept as a choice of its own. */
export function WebhookFields({ form }: { form: FormState }) {
  const { i18n } = useFrame()
  const { t } = i18n
  const groups = Object.entries(actionGroups).map(([value, key]) => ({
    value,
    label: t(key),
    hint: actionsOf(value, i18n).join(' · '),
  }))
  const finer = (form.values.actions ?? []).filter(action => action !== '*' && !(action in actionGroups))
  return (
    <>
      <TextField
        name="url"
        type="url"
        label={t('webhooks.url')}
        hint={t('webhooks.url.hint')}
        state={form}
        maxLength={2_000}
        autocomplete="off"
        required
      />
      <Choices
        name="actions"
        label={t('webhooks.actions')}
        state={form}
        several
        choices={[
          { value: '*', label: t('webhooks.everything'), hint: t('webhooks.everything.hint') },
          ...groups,
          ...finer.map(value => ({ value, label: actionName(value, i18n), hint: value })),
        ]}
        required
      />
    </>
  )
}

/** What a webhook waits for, in words. */
export function awaited(actions: string[], i18n: I18n): string {
  if (actions.includes('*')) return i18n.t('webhooks.everything')
  return i18n.list(
    actions.map(action => {
      const group = Object.hasOwn(actionGroups, action)
        ? actionGroups[action as keyof typeof actionGroups]
        : null
      return group ? i18n.t(group) : actionName(action, i18n)
    }),
  )
}
