export { chooseNetwork } from '#modules/network/choice.ts'
export { type Entry, enterByApi, entryOf, isPlatformAdministrator, openPage } from '#modules/network/door.ts'
export {
  type DemonstrationNetworks,
  finishDemonstration,
  foundNetwork,
  networkSlug,
  removeDemonstration,
  startDemonstration,
} from '#modules/network/founding.ts'
export {
  allNetworks,
  findNetwork,
  inLanguage,
  type Network,
  publicNetworks,
} from '#modules/network/networks.ts'
export { NetworkLayout } from '#modules/network/views/network-layout.tsx'
