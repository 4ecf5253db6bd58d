import { href } from '#http/routes.ts'
import type { RuleRecord } from '#modules/commons/families/rule-table.ts'
import type { Network } from '#modules/network/index.ts'
import type { I18n } from '#platform/i18n/i18n.ts'
import { ActionButton } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

type Names = Map<string, { label: string; items: number }>

/** Every decision, who took it and when, and the way back. */
export function History(props: { network: Network; history: RuleRecord[]; names: Names }) {
  const { i18n } = useFrame()
  const { t, locale, moment } = i18n
  const { network, history, names } = props
  return (
    <section aria-labelledby="history">
      <h2 id="history">{t('families.history')}</h2>
      {history.length === 0 && <p>{t('families.history.none')}</p>}
      <ul class="entries">
        {history.map(rule => (
          <li key={rule.id}>
            <div>
              <span>{said(rule, names, i18n)}</span>
              <small>
                {[
                  moment(rule.decidedAt, network.timeZone),
                  rule.person ?? t('families.history.someone'),
                  ...(rule.undoneAt
                    ? [t('families.history.undone', { moment: moment(rule.undoneAt, network.timeZone) })]
                    : []),
                ].join(' · ')}
              </small>
            </div>
            {!rule.undoneAt && (
              <div class="aside">
                <ActionButton
                  action={href('familyUndoing', { locale, network: network.slug, decision: rule.id })}
                  label={t('families.undo')}
                />
              </div>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

function said(rule: RuleRecord, names: Names, { t, language }: I18n): string {
  const name = (key: string | null) => (key === null ? '' : (names.get(key)?.label ?? key))
  const [family, into] = [name(rule.key), name(rule.intoKey)]
  switch (rule.action) {
    case 'merge':
      return t('families.said.merge', { family, into })
    case 'spelling':
      return rule.intoKey?.startsWith('=')
        ? t('families.said.split', { written: rule.written ?? '' })
        : t('families.said.moved', { written: rule.written ?? '', into })
    case 'name': {
      const given = Object.entries(rule.labels ?? {}).map(([locale, text]) => `${text} (${language(locale)})`)
      return t('families.said.name', { family, names: given.join(', ') })
    }
    case 'parent':
      return into === ''
        ? t('families.said.unplaced', { family })
        : t('families.said.parent', { family, into })
    default:
      return t(rule.hidden ? 'families.said.hidden' : 'families.said.shown', { family })
  }
}
