import { href } from '#http/routes.ts'
import type { Federation, MemberNumbers } from '#modules/network/affiliations/numbers.ts'
import { type SharedNumber, sharedNumbers } from '#modules/network/affiliations/schema.ts'
import { NetworkName } from '#modules/network/affiliations/views/network-tree.tsx'
import { numberNames, numberTexts } from '#modules/network/affiliations/views/number-names.ts'
import type { Network } from '#modules/network/networks.ts'
import { NetworkLayout } from '#modules/network/views/network-layout.tsx'
import { useFrame } from '#ui/frame.ts'

/** The networks that belong to this one, side by side: numbers alone, of each those that it shares. */
export function FederationPage(props: Federation & { network: Network }) {
  const { network, networks } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  return (
    <NetworkLayout of={network} title={t('affiliations.federation')} noIndex>
      <div>
        <p class="crumbs">
          <a href={href('affiliations', here)}>{t('affiliations.name')}</a>
        </p>
        <h1>{t('affiliations.federation')}</h1>
        <p class="lede">{t('affiliations.federation.lede')}</p>
      </div>
      {networks.length === 0 ? (
        <p>{t('affiliations.federation.none')}</p>
      ) : (
        <section>
          <table class="cards">
            <thead>
              <tr>
                <th scope="col">{t('affiliations.network')}</th>
                {sharedNumbers.map(name => (
                  <th key={name} scope="col" class="n">
                    {t(numberNames[name])}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {networks.map(one => (
                <tr key={one.network.id}>
                  <td>
                    <NetworkName network={one.network} />
                  </td>
                  {sharedNumbers.map(name => (
                    <Count key={name} name={name} value={one[name]} />
                  ))}
                </tr>
              ))}
            </tbody>
            <tfoot>
              <tr>
                <td>{t('affiliations.federation.all')}</td>
                {sharedNumbers.map(name => (
                  <Count key={name} name={name} value={total(props, name)} />
                ))}
              </tr>
            </tfoot>
          </table>
          <dl class="known counted">
            {sharedNumbers.map(name => (
              <div key={name}>
                <dt>{t(numberNames[name])}</dt>
                <dd>
                  {t(numberTexts[name])} {name === 'organisations' && t('affiliations.federation.distinct')}
                  {name === 'people' && t('affiliations.federation.people')}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      )}
    </NetworkLayout>
  )
}

function Count({ name, value }: { name: SharedNumber; value: number | null }) {
  const { t, number } = useFrame().i18n
  return (
    <td class="n" data-label={t(numberNames[name])}>
      {value === null ? <small>{t('affiliations.federation.unshared')}</small> : number(value)}
    </td>
  )
}

/** Organisations are counted once each, whatever networks they are in; null where nobody shares the number. */
function total({ networks, distinctOrganisations }: Federation, name: SharedNumber): number | null {
  const shared = networks.flatMap((one: MemberNumbers) => one[name] ?? [])
  if (shared.length === 0) return null
  return name === 'organisations' ? distinctOrganisations : shared.reduce((sum, value) => sum + value, 0)
}
