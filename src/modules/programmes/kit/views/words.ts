import type { KitPage } from '#modules/programmes/kit/kit.ts'
import type { I18n, MessageKey } from '#platform/i18n/i18n.ts'

export const pageNames: Record<KitPage['kind'], MessageKey> = {
  step: 'kit.page.step',
  say: 'kit.page.say',
  task: 'kit.page.task',
  meeting: 'kit.page.meeting',
  sheet: 'kit.page.sheet',
  reading: 'kit.page.reading',
  kit: 'kit.page.kit',
}

/** What the script of the page says. What stands in braces it fills in itself. */
export function kitWords({ t }: I18n): Record<string, string> {
  return {
    keep: t('kit.keep'),
    again: t('kit.again'),
    remove: t('kit.remove'),
    kept: t('kit.kept', { at: '{at}', size: '{size}' }),
    nothing: t('kit.nothing-kept'),
    keeping: t('kit.keeping'),
    weight: t('kit.weight', { size: '{size}' }),
    failed: t('kit.failed'),
    unable: t('kit.unable'),
    ...waitingWords(t),
  }
}

/** What a copy says that is shown without a connection. */
export function copyWords({ t }: I18n): Record<string, string> {
  return {
    typed: t('kit.typed'),
    back: t('kit.back'),
    unable: t('kit.copy.unable'),
    emptied: t('kit.emptied'),
    file: t('kit.copy.file'),
    ...waitingWords(t),
  }
}

function waitingWords(t: I18n['t']): Record<string, string> {
  return {
    waiting: t('kit.waiting'),
    anyway: t('kit.anyway'),
    forget: t('kit.forget'),
    sent: t('kit.sent'),
  }
}
