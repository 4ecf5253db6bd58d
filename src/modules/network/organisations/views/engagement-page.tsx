import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { locales } from '#kernel/locale.ts'
import type { Network } from '#modules/network/networks.ts'
import { usualEngagementName } from '#modules/network/organisations/engagement.ts'
import { engagementLevels } from '#modules/network/organisations/input.ts'
import { NetworkLayout } from '#modules/network/views/network-layout.tsx'
import { i18nFor } from '#platform/i18n/i18n.ts'
import { Form, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'
import { languageNames } from '#ui/layout.tsx'

/** What the five steps are called here; left empty, ours. */
export function EngagementPage({ network, form }: { network: Network; form: FormState }) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  const offered = [...new Set([...network.languages, ...locales])]
  return (
    <NetworkLayout of={network} title={t('engagement.name')} noIndex>
      <div>
        <p class="crumbs">
          <a href={href('administration', here)}>{t('administration.name')}</a>
        </p>
        <h1>{t('engagement.name')}</h1>
        <p class="lede">{t('engagement.lede')}</p>
        <Form action={href('settingsEngagement', here)} state={form} submit={t('form.save')}>
          {offered.map(language => (
            <details
              key={language}
              class="language"
              open={
                language === network.locale ||
                engagementLevels.some(level => form.errors[`${language}-${level}`])
              }
            >
              <summary>{languageNames[language]}</summary>
              {engagementLevels.map(level => (
                <TextField
                  key={level}
                  name={`${language}-${level}`}
                  label={t('engagement.level', { level })}
                  hint={<span lang={language}>{usualEngagementName(level, i18nFor(language))}</span>}
                  state={form}
                  maxLength={80}
                  autocomplete="off"
                />
              ))}
            </details>
          ))}
        </Form>
      </div>
    </NetworkLayout>
  )
}
