import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { Network } from '#modules/network/networks.ts'
import type { OrganisationImport } from '#modules/network/organisation-import/imports.ts'
import { mostLines } from '#modules/network/organisation-import/previews.ts'
import { countsSaid } from '#modules/network/organisation-import/report.ts'
import { StateTag } from '#modules/network/organisation-import/views/parts.tsx'
import { NetworkLayout } from '#modules/network/views/network-layout.tsx'
import { sheetLimits } from '#platform/spreadsheets/sheet.ts'
import { Form } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** Where a list of organisations is brought in, and what became of those before. */
export function ImportsPage(props: { network: Network; form: FormState; imports: OrganisationImport[] }) {
  const { i18n } = useFrame()
  const { t, locale, moment } = i18n
  const { network, form, imports } = props
  const here = { locale, network: network.slug }
  return (
    <NetworkLayout of={network} title={t('organisation-import.name')} noIndex>
      <div class="listing">
        <p class="crumbs">
          <a href={href('organisations', here)}>{t('organisations.name')}</a>
        </p>
        <h1>{t('organisation-import.name')}</h1>
        <p class="lede">{t('organisation-import.lede')}</p>
        <Form
          action={href('organisationImports', here)}
          state={form}
          submit={t('organisation-import.send')}
          multipart
        >
          <TableFile state={form} />
        </Form>
        <p>
          {t('organisation-import.model')}{' '}
          <a href={href('organisationImportModel', { ...here, file: 'model.xlsx' })} download>
            {t('organisation-import.model.xlsx')}
          </a>{' '}
          ·{' '}
          <a href={href('organisationImportModel', { ...here, file: 'model.csv' })} download>
            {t('organisation-import.model.csv')}
          </a>
        </p>
        {imports.length > 0 && (
          <>
            <h2>{t('organisation-import.latest')}</h2>
            <ul class="imports">
              {imports.map(one => (
                <li key={one.id}>
                  <p>
                    <a href={href('organisationImport', { ...here, id: one.id })}>{one.name}</a>{' '}
                    <StateTag state={one.state} />
                  </p>
                  <small>
                    {[moment(one.createdAt, network.timeZone), ...countsSaid(one, i18n)].join(' · ')}
                  </small>
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </NetworkLayout>
  )
}

function TableFile({ state }: { state: FormState }) {
  const { t } = useFrame().i18n
  const error = state.errors.file
  return (
    <div class="field" data-wrong={error ? true : undefined}>
      <label for="field-file">{t('organisation-import.file')}</label>
      <small class="hint" id="field-file-hint">
        {t('organisation-import.file.hint', {
          megabytes: sheetLimits.fileBytes / 2 ** 20,
          lines: mostLines,
        })}
      </small>
      {error && (
        <p class="error" id="field-file-error">
          {error}
        </p>
      )}
      <input
        id="field-file"
        name="file"
        type="file"
        accept=".csv,.tsv,.txt,.xlsx,.xlsm,.xls,.ods"
        aria-describedby={error ? 'field-file-hint field-file-error' : 'field-file-hint'}
        {...(error && { 'aria-invalid': 'true' as const })}
        required
      />
    </div>
  )
}
