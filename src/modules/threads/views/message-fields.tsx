import type { Network } from '#modules/network/index.ts'
import { longestBody, mostFiles } from '#modules/threads/schema.ts'
import type { ShownThread } from '#modules/threads/shown.ts'
import { Form, TextArea } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** The form in which somebody says something: with files, and with those who hear of it at once. */
export function MessageForm(props: { network: Network; shown: ShownThread; action: string; submit: string }) {
  const { t } = useFrame().i18n
  const { form, people, waiting } = props.shown
  const called = form.values.called ?? []
  return (
    <Form action={props.action} state={form} submit={props.submit} multipart>
      <TextArea
        name="body"
        label={t('threads.body')}
        hint={t('threads.body.hint')}
        state={form}
        rows={4}
        maxLength={longestBody}
        required
      />
      {people.length > 0 && (
        <details class="call" open={called.length > 0}>
          <summary>{t('threads.call')}</summary>
          <fieldset class="field people">
            <legend class="visually-hidden">{t('threads.call')}</legend>
            {people.map(({ personId, name }) => (
              <label key={personId} class="choice">
                <input type="checkbox" name="called" value={personId} checked={called.includes(personId)} />
                <span>{name}</span>
              </label>
            ))}
          </fieldset>
        </details>
      )}
      {waiting.map(({ id, name }) => (
        <label key={id} class="choice">
          <input type="checkbox" name="files" value={id} checked />
          <span>{t('threads.file-kept', { name })}</span>
        </label>
      ))}
      <Files error={form.errors.files} />
    </Form>
  )
}

function Files({ error }: { error: string | undefined }) {
  const { t } = useFrame().i18n
  const by = ['field-files-hint', error ? 'field-files-error' : ''].filter(Boolean).join(' ')
  return (
    <div class="field" data-wrong={error ? true : undefined}>
      <label for="field-files">
        {t('threads.files')} <small>{t('form.optional')}</small>
      </label>
      <small class="hint" id="field-files-hint">
        {t('threads.files.hint', { most: mostFiles })}
      </small>
      {error && (
        <p class="error" id="field-files-error">
          {error}
        </p>
      )}
      <input id="field-files" name="upload" type="file" multiple aria-describedby={by} />
    </div>
  )
}
