import { href } from '#http/routes.ts'
import type { OtherNetwork } from '#modules/network/affiliations/affiliations.ts'
import { kindNames, levelNames } from '#modules/network/affiliations/schema.ts'
import type { Branch } from '#modules/network/affiliations/tree.ts'
import { inLanguage } from '#modules/network/networks.ts'
import { useFrame } from '#ui/frame.ts'

interface TreeProps {
  branches: Branch[]
  /** Where the reader is. */
  here?: string | undefined
  /** Whether those that have others under them say what they are. */
  summaries?: boolean
}

/** Networks with those that belong to them, each under what it belongs to. */
export function NetworkTree({ branches, here, summaries = false }: TreeProps) {
  return (
    <ul class="network-tree">
      {branches.map(branch => (
        <Node
          key={`${branch.tie?.parent} ${branch.network.id}`}
          branch={branch}
          here={here}
          summaries={summaries}
        />
      ))}
    </ul>
  )
}

function Node(props: { branch: Branch; here?: string | undefined; summaries: boolean }) {
  const { branch, here, summaries } = props
  const { t, locale } = useFrame().i18n
  const { network, tie, branches } = branch
  const about = inLanguage(network.summary, locale, network.locale)
  return (
    <li>
      <span class="node" aria-current={network.id === here ? 'true' : undefined}>
        <NetworkName network={network} />
        {tie && (
          <small>
            {t(levelNames[tie.level])}
            {tie.kind === 'partner' && ` · ${t(kindNames.partner)}`}
          </small>
        )}
        {summaries && branches.length > 0 && about.text && (
          <span class="summary" lang={about.locale}>
            {about.text}
          </span>
        )}
      </span>
      {branches.length > 0 && <NetworkTree branches={branches} here={here} summaries={summaries} />}
    </li>
  )
}

/** By its name, in the language it has it in, and leading there. */
export function NetworkName({ network }: { network: OtherNetwork }) {
  const { locale } = useFrame().i18n
  const name = inLanguage(network.name, locale, network.locale)
  return (
    <a href={href('network', { locale, network: network.slug })} lang={name.locale}>
      {name.text}
    </a>
  )
}
