import type { SharedNumber } from '#modules/network/affiliations/schema.ts'
import type { MessageKey } from '#platform/i18n/i18n.ts'

export const numberNames: Record<SharedNumber, MessageKey> = {
  organisations: 'organisations.name',
  people: 'affiliations.number.people',
  groups: 'affiliations.number.groups',
  meetings: 'affiliations.number.meetings',
}

/** What exactly is counted. */
export const numberTexts: Record<SharedNumber, MessageKey> = {
  organisations: 'affiliations.number.organisations.text',
  people: 'affiliations.number.people.text',
  groups: 'affiliations.number.groups.text',
  meetings: 'affiliations.number.meetings.text',
}
