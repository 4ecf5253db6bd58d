import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { Item } from '#modules/commons/items.ts'
import { sharingWords } from '#modules/commons/translations/state-words.ts'
import type { Translation } from '#modules/commons/translations/translations.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { Form, Select } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** The translations of an item, and where one begins another. */
export function TranslationsPage(props: {
  network: Network
  item: Item
  translations: Translation[]
  offered: string[]
  form: FormState
}) {
  const { i18n } = useFrame()
  const { t, locale, day } = i18n
  const { network, item, translations } = props
  const here = { locale, network: network.slug, slug: item.slug }
  return (
    <NetworkLayout of={network} title={t('translations.of', { title: item.title })} noIndex>
      <div class="listing">
        <p class="crumbs">
          <a href={href('commons', { locale, network: network.slug })}>{t('commons.name')}</a> ›{' '}
          <a href={href('item', here)} lang={item.language ?? undefined}>
            {item.title}
          </a>
        </p>
        <h1>{t('translations.name')}</h1>
        <p class="lede">{t('translations.lede')}</p>
        {translations.length > 0 && (
          <ul class="entries">
            {translations.map(({ language, state, title, writtenAt }) => (
              <li key={language}>
                <div>
                  <a class="title" href={href('translation', { ...here, language })}>
                    {i18n.language(language)}
                  </a>
                  {title && (
                    <small lang={language} dir="auto">
                      {title}
                    </small>
                  )}
                </div>
                <div class="aside">
                  <span class={state === 'shared' ? 'tag on' : 'tag'}>{t(sharingWords[state])}</span>
                  <small>{t('translations.written', { day: day(writtenAt, network.timeZone) })}</small>
                </div>
              </li>
            ))}
          </ul>
        )}
        <section aria-labelledby="begin">
          <h2 id="begin">{t('translations.begin')}</h2>
          <Form
            action={href('itemTranslations', here)}
            state={props.form}
            submit={t('translations.begin.submit')}
          >
            <Select
              name="language"
              label={t('translations.begin.language')}
              state={props.form}
              choices={props.offered.map(language => ({ value: language, label: i18n.language(language) }))}
              required
            />
          </Form>
        </section>
      </div>
    </NetworkLayout>
  )
}
