import type { FormState } from '#http/form.ts'
import { TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** By which answers are kept: another key is another question. */
export function KeyField({ state, isNew }: { state: FormState; isNew: boolean }) {
  const { t } = useFrame().i18n
  return (
    <TextField
      name="key"
      label={t('templates.field.key')}
      hint={isNew ? t('templates.field.key.new') : t('templates.field.key.hint')}
      state={state}
      maxLength={60}
    />
  )
}
