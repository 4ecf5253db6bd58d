import type { Section } from '#http/module.ts'
import { href } from '#http/routes.ts'
import { hasShowcases } from '#modules/network/organisations/showcases.ts'

/** At the door of a network the way to the organisations that show themselves, where there are any for the reader. */
export const showcasesSection: Section = async ({ trx, network, i18n: { t, locale } }) => {
  if (!(await hasShowcases(trx, network.id))) return null
  const content = (
    <p>
      {t('showcases.lede')}{' '}
      <a href={href('showcases', { locale, network: network.slug })}>{t('showcases.all')}</a>
    </p>
  )
  return { content, scripts: [] }
}

/** Several sections of one module at one place. */
export function together(...sections: Section[]): Section {
  return async context => {
    const made = []
    for (const section of sections) {
      const shown = await section(context)
      if (shown) made.push(shown)
    }
    if (made.length === 0) return null
    return {
      content: <div class="listing">{made.map(({ content }) => content)}</div>,
      scripts: [...new Set(made.flatMap(({ scripts }) => scripts))],
    }
  }
}
