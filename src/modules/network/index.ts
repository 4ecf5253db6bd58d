export { chooseNetwork } from '#modules/network/choice.ts'
export {
  type DemonstrationNetworks,
  finishDemonstration,
  removeDemonstration,
  startDemonstration,
} from '#modules/network/founding.ts'
export {
  allNetworks,
  enterPublicly,
  findNetwork,
  inLanguage,
  type Network,
  publicNetworks,
} from '#modules/network/networks.ts'
export { type Entry, enterByApi } from '#modules/network/policy.ts'
export { NetworkLayout } from '#modules/network/views/network-layout.tsx'
