export { readdressPerson, renamePerson } from '#modules/network/account-changes.ts'
export { findInvitation } from '#modules/network/answering.ts'
export { apiRoute } from '#modules/network/api-route.ts'
export { chooseNetwork } from '#modules/network/choice.ts'
export { type Entry, entryOf, isPlatformAdministrator, openPage } from '#modules/network/door.ts'
export { emailField, nameField, optionalDay, optionalId } from '#modules/network/fields.ts'
export {
  type DemonstrationNetworks,
  finishDemonstration,
  foundNetwork,
  networkSlug,
  removeDemonstration,
  startDemonstration,
} from '#modules/network/founding.ts'
export { invite, sendAgain, usualDays } from '#modules/network/invitations.ts'
export {
  allNetworks,
  findNetwork,
  inLanguage,
  type Network,
  type NetworkOf,
  networksOf,
  publicNetworks,
} from '#modules/network/networks.ts'
export { organisationOfAddresses } from '#modules/network/organisations/by-address.ts'
export { readCoordinates } from '#modules/network/organisations/form.ts'
export { type Addressee, recipientsOf } from '#modules/network/recipients.ts'
export { inWords, Refusal, unlessRefused } from '#modules/network/refusal.ts'
export { sectionsOf } from '#modules/network/sections.ts'
export { issueToken, listTokens, revokeToken, type Token } from '#modules/network/tokens.ts'
export { MoreLink } from '#modules/network/views/more-link.tsx'
export { NetworkLayout } from '#modules/network/views/network-layout.tsx'
