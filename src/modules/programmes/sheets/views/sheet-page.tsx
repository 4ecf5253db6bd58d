import { href } from '#http/routes.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import type { OpenedSheets } from '#modules/programmes/sheets/sheets.ts'
import { SheetToFill, StepCrumbs } from '#modules/programmes/sheets/views/sheet.tsx'
import { useFrame } from '#ui/frame.ts'

/** To be printed as it is, one sheet to a page, or as PDF. */
export function StepSheetPage({ network, opened }: { network: Network; opened: OpenedSheets }) {
  const { t, locale } = useFrame().i18n
  const { programme, step, organisations, sheets, mayRun } = opened
  const here = { locale, network: network.slug, programme: programme.id, step: step.id }
  const of = (organisation: string) => new URLSearchParams({ organisation })
  const [only, ...others] = sheets
  return (
    <NetworkLayout of={network} title={t('programme-sheet.title', { step: step.title })} noIndex>
      <article class="step-sheets">
        <div class="no-print">
          <StepCrumbs network={network} opened={opened} />
          <h1>{t('programme-sheet.name')}</h1>
          <p>{t('programme-sheet.lede')}</p>
          <p class="buttons">
            {only && others.length === 0 && (
              <a
                class="button"
                href={href(
                  'programmeSheetExport',
                  { ...here, file: 'sheet.pdf' },
                  of(only.organisation?.id ?? 'group'),
                )}
              >
                {t('programme-sheet.pdf')}
              </a>
            )}
            {mayRun && (
              <>
                <a class="button quiet" href={href('programmeSheet', here, of('all'))}>
                  {t('programme-sheet.all')}
                </a>
                <a class="button quiet" href={href('programmeSheetEntry', here)}>
                  {t('programme-sheet.entry')}
                </a>
              </>
            )}
          </p>
          {(mayRun || organisations.length > 1) && (
            <details>
              <summary>{t('programme-sheet.choose')}</summary>
              <ul>
                <li>
                  <a href={href('programmeSheet', here, of('group'))}>{t('programme-sheet.group')}</a>
                </li>
                {organisations.map(({ id, name }) => (
                  <li key={id}>
                    <a href={href('programmeSheet', here, of(id))}>{name}</a>
                  </li>
                ))}
              </ul>
            </details>
          )}
        </div>
        {sheets.map(sheet => (
          <SheetToFill key={sheet.code} network={network} opened={opened} sheet={sheet} />
        ))}
      </article>
    </NetworkLayout>
  )
}
