import { href } from '#http/routes.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import type { ProgrammeKit } from '#modules/programmes/kit/kit.ts'
import { kitWords, pageNames } from '#modules/programmes/kit/views/words.ts'
import { useFrame } from '#ui/frame.ts'

/** What would be taken along, and the button for it; without any script, a sheet and a file. */
export function KitPage({ network, kit }: { network: Network; kit: ProgrammeKit }) {
  const { i18n, assets } = useFrame()
  const { t, locale, day } = i18n
  const { programme, next, others, pages, elsewhere, mayTakePart } = kit
  const here = { locale, network: network.slug, programme: programme.id }
  const own = pages.find(({ kind }) => kind === 'kit')?.url ?? href('programmeKit', here)
  const search = own.includes('?') && next ? new URLSearchParams({ step: next.step.id }) : undefined
  return (
    <NetworkLayout of={network} title={t('kit.title')} scripts={['wake.js']} noIndex>
      <article class="kit">
        <p class="crumbs">
          <a href={href('programme', here)}>{programme.name}</a>
        </p>
        <h1>{t('kit.title')}</h1>
        <p class="lede">{t('kit.lede')}</p>
        {!next ? (
          <p>{t('kit.nothing-ahead')}</p>
        ) : (
          <>
            <section>
              <h2>{t('kit.contents')}</h2>
              <p>
                <strong>{next.step.title}</strong> · {next.capsule.title} ·{' '}
                {t('kit.until', { day: day(next.step.dueOn) })}
              </p>
              <div
                class="kit-island"
                data-island={assets.url('kit.js')}
                data-kit={own}
                data-contents={href('programmeKitContents', here, search)}
                data-words={JSON.stringify(kitWords(i18n))}
              >
                <ul class="kit-pages">
                  {pages.map(({ kind, title, url }) => (
                    <li key={url}>
                      <a href={url}>{t(pageNames[kind], { title })}</a>
                      <span data-size-of={url} />
                    </li>
                  ))}
                </ul>
                <p class="kit-weight" hidden />
              </div>
              {elsewhere.length > 0 && (
                <>
                  <p>{t('kit.elsewhere')}</p>
                  <ul>
                    {elsewhere.map(({ title, url }) => (
                      <li key={url}>
                        <a href={url}>{title}</a>
                      </li>
                    ))}
                  </ul>
                </>
              )}
            </section>
            {others.length > 0 && (
              <section>
                <h2>{t('kit.others')}</h2>
                <ul>
                  {others.map(({ step, late }) => (
                    <li key={step.id}>
                      <a href={href('programmeKit', here, new URLSearchParams({ step: step.id }))}>
                        {step.title}
                      </a>
                      {' · '}
                      {late
                        ? t('kit.late', { day: day(step.dueOn) })
                        : t('kit.until', { day: day(step.dueOn) })}
                    </li>
                  ))}
                </ul>
              </section>
            )}
            <p class="notice">{t('kit.shared')}</p>
            <section>
              <h2>{t('kit.otherwise')}</h2>
              <p>{t('kit.otherwise.text')}</p>
              <p class="buttons">
                <a
                  class="button quiet"
                  href={href('programmeKitExport', { ...here, file: 'step.html' }, search)}
                >
                  {t('kit.file')}
                </a>
                {mayTakePart && (
                  <a class="button quiet" href={href('programmeSheet', { ...here, step: next.step.id })}>
                    {t('kit.sheet')}
                  </a>
                )}
              </p>
            </section>
          </>
        )}
        <p>
          <a href={href('keptPages', { locale, network: network.slug })}>{t('kit.all-kept')}</a>
        </p>
      </article>
    </NetworkLayout>
  )
}
