import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { mostUploadBytes } from '#modules/commons/importing/import-upload.ts'
import type { ImportState } from '#modules/commons/importing/imports.ts'
import { countsSaid, ImportStateTag } from '#modules/commons/views/import-words.tsx'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { Choices, Form } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** Where those who look after a network bring pages into its commons, and what became of those they brought. */
export function ImportsPage(props: { network: Network; form: FormState; imports: ImportState[] }) {
  const { i18n } = useFrame()
  const { t, locale, moment } = i18n
  const { network, form, imports } = props
  const here = { locale, network: network.slug }
  return (
    <NetworkLayout of={network} title={t('commons.imports.add')} noIndex>
      <div class="listing">
        <p class="crumbs">
          <a href={href('commons', here)}>{t('commons.name')}</a>
        </p>
        <h1>{t('commons.imports.add')}</h1>
        <p class="lede">{t('commons.imports.lede')}</p>
        <Form
          action={href('commonsImports', here)}
          state={form}
          submit={t('commons.imports.submit')}
          multipart
        >
          <PageFile name="file" label={t('commons.imports.file')} state={form} />
          {network.visibility === 'public' ? (
            <Choices
              name="visibility"
              label={t('commons.imports.visibility')}
              state={form}
              choices={[
                {
                  value: 'public',
                  label: t('commons.imports.visibility.public'),
                  hint: t('commons.imports.visibility.public.hint'),
                },
                { value: 'network', label: t('commons.imports.visibility.network') },
              ]}
              required
            />
          ) : (
            <p>{t('commons.imports.visibility.private')}</p>
          )}
        </Form>
        <h2>{t('commons.imports.latest')}</h2>
        {imports.length === 0 ? (
          <p>{t('commons.imports.none')}</p>
        ) : (
          <ul class="imports">
            {imports.map(one => (
              <li key={one.id}>
                <p>
                  <a href={href('commonsImport', { ...here, id: one.id })}>{one.origin}</a>{' '}
                  <ImportStateTag state={one.state} />
                </p>
                <small>
                  {[moment(new Date(one.createdAt), network.timeZone), countsSaid(one, i18n)]
                    .filter(Boolean)
                    .join(' · ')}
                </small>
              </li>
            ))}
          </ul>
        )}
      </div>
    </NetworkLayout>
  )
}

function PageFile({ name, label, state }: { name: string; label: string; state: FormState }) {
  const { t } = useFrame().i18n
  const id = `field-${name}`
  const error = state.errors[name]
  return (
    <div class="field" data-wrong={error ? true : undefined}>
      <label for={id}>{label}</label>
      <small class="hint" id={`${id}-hint`}>
        {t('commons.imports.file.hint', { megabytes: mostUploadBytes / 2 ** 20 })}
      </small>
      {error && (
        <p class="error" id={`${id}-error`}>
          {error}
        </p>
      )}
      <input
        id={id}
        name={name}
        type="file"
        accept=".md,.zip,text/markdown,application/zip"
        aria-describedby={error ? `${id}-hint ${id}-error` : `${id}-hint`}
        {...(error && { 'aria-invalid': 'true' as const })}
        required
      />
    </div>
  )
}
