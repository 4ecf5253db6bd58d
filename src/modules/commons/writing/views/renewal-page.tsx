import { href } from '#http/routes.ts'
import { inWords } from '#modules/commons/templates/questions.ts'
import { ChangeList } from '#modules/commons/templates/views/change-list.tsx'
import { pathName } from '#modules/commons/templates/views/words.ts'
import type { Renewal } from '#modules/commons/writing/renewing.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { useFrame } from '#ui/frame.ts'

/** What the version of the template in use would change for a page that was begun by an older one. */
export function RenewalPage(props: Renewal & { network: Network; refused: boolean }) {
  const { t, locale } = useFrame().i18n
  const { network, document, from, to, changes, untended, stranded, refused } = props
  const here = { locale, network: network.slug, document: document.id }
  const title = t('renewal.name', { version: to.version })
  return (
    <NetworkLayout of={network} title={title} noIndex>
      <header>
        <p class="crumbs">
          <a href={href('writing', here)}>{t('writing.name')}</a> ›{' '}
          <a href={href('writingPage', here)}>{document.title}</a>
        </p>
        <h1>{title}</h1>
        <p class="lede">
          {t('renewal.lede', { name: inWords(to.name, locale), from: from.version, to: to.version })}
        </p>
      </header>
      {refused && (
        <div class="problems" role="alert" tabIndex={-1}>
          <p>{t('renewal.refused')}</p>
        </div>
      )}
      <ChangeList changes={changes} before={from} after={to} />
      <Paths label={t('renewal.untended', { count: untended.length })} paths={untended} template={from} />
      <Paths label={t('renewal.stranded', { count: stranded.length })} paths={stranded} template={from} />
      <form method="post" action={href('writingTemplate', here)}>
        <input type="hidden" name="version" value={to.version} />
        <p class="buttons">
          {stranded.length === 0 && (
            <button type="submit" class="button">
              {t('renewal.do', { version: to.version })}
            </button>
          )}
          <a class="button quiet" href={href('writingPage', here)}>
            {t('renewal.keep', { version: from.version })}
          </a>
        </p>
      </form>
    </NetworkLayout>
  )
}

function Paths({ label, paths, template }: { label: string; paths: string[]; template: Renewal['from'] }) {
  const { locale } = useFrame().i18n
  if (paths.length === 0) return null
  return (
    <div class="notice">
      <p>{label}</p>
      <ul>
        {paths.map(path => (
          <li key={path}>{pathName(template, path, locale)}</li>
        ))}
      </ul>
    </div>
  )
}
