import { href } from '#http/routes.ts'
import { ChooseVersions } from '#modules/commons/history/views/item-comparison-page.tsx'
import type { Item, Version } from '#modules/commons/items.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { useFrame } from '#ui/frame.ts'

export function VersionsPage({
  network,
  item,
  versions,
}: {
  network: Network
  item: Item
  versions: Version[]
}) {
  const { t, locale, moment, number } = useFrame().i18n
  const here = { locale, network: network.slug, slug: item.slug }
  return (
    <NetworkLayout of={network} title={t('commons.versions.title', { title: item.title })} noIndex>
      <header>
        <p class="crumbs">
          <a href={href('commons', here)}>{t('commons.name')}</a> ›{' '}
          <a href={href('item', here)}>{item.title}</a>
        </p>
        <h1>{t('commons.versions.title', { title: item.title })}</h1>
      </header>
      <ChooseVersions
        network={network}
        item={item}
        versions={versions}
        from={versions[1] ?? { number: 1 }}
        to={versions[0] ?? { number: 1 }}
      />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by the keyboard */}
      {/* biome-ignore lint/a11y/useSemanticElements: a table's frame, not a part of the page */}
      <div class="scroll" tabIndex={0} role="region" aria-label={t('commons.item.table')}>
        <table class="versions">
          <thead>
            <tr>
              <th scope="col">{t('commons.versions.number')}</th>
              <th scope="col">{t('commons.versions.when')}</th>
              <th scope="col">{t('commons.versions.name')}</th>
            </tr>
          </thead>
          <tbody>
            {versions.map(version => (
              <tr key={version.number}>
                <td>
                  <a
                    href={
                      version.number === item.version
                        ? href('item', here)
                        : href('itemVersion', { ...here, number: version.number })
                    }
                  >
                    {t('commons.versions.one', { number: version.number })}
                  </a>
                </td>
                <td>{moment(version.createdAt, network.timeZone)}</td>
                <td lang={item.language ?? undefined}>
                  {version.title}
                  <small class="line" lang={locale}>
                    {t('commons.versions.bytes', { bytes: number(version.bytes) })}
                  </small>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </NetworkLayout>
  )
}
