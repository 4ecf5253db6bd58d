import type { RouteName } from '#http/routes.ts'
import { newId } from '#kernel/ids.ts'
import type { TestPerson } from './factories.ts'
import { picture } from './filled-forms.ts'
import type { Living } from './living.ts'
import { livingToMeet } from './living-afterworks.ts'
import { dayAhead, livingOption } from './living-dates.ts'
import { contentOf } from './living-programme-templates.ts'
import { livingCapsules, livingStepAhead, livingStepBehind } from './living-programmes.ts'

type Fields = Record<string, string | string[] | File>

const anAddress = () => `${newId()}@exemple.org`

/** What a form does not ask for and has to be said, and all that is sent where no page has one; by the name of the route. */
export function fieldsFor(
  route: string,
  living: Living,
  person: TestPerson | null,
): Fields | Blob | undefined {
  const { organisation } = living
  const { step, expectation } = living.programmes
  const ahead = { step: livingStepAhead, organisation, due: dayAhead(65) }
  const done = { step, expectation, organisation, done: dayAhead(0) }
  const fields: Partial<Record<RouteName, Fields | Blob>> = {
    actingMandate: { mandate: person?.mandateId ?? '' },
    invitations: { addresses: anAddress() },
    keys: { scopes: 'commons:read' },
    affiliations: { address: 'ailleurs' },
    affiliationEnd: { until: dayAhead(30) },
    signUp: { email: anAddress() },
    accountAddressConfirmation: { token: 'aucun' },
    passwordResetToken: { password: 'trois mots et demi' },
    verification: { token: 'aucun', password: 'trois mots et demi' },
    accountErasure: { sure: 'on' },
    platformNetworks: { slug: 'nouveau' },
    meetingSeries: { times: '3' },
    seriesExtension: { times: '3' },
    arrival: { code: '0000', who: 'Quelque chose' },
    seriesHost: { answer: 'confirmed' },
    meetingHost: { answer: 'confirmed' },
    meetingNext: { day: dayAhead(40), from: '10:00' },
    // Saved, not published.
    meetingMinutesDraft: { publish: [] },
    meetingInvitations: { group: living.thread.subject, people: living.person },
    meetingRegistrations: { person: person?.email ?? '' },
    agendaItemPosition: { direction: 'later' },
    agendaItemDecision: { state: 'accepted' },
    afterworkConfirmations: { organisationId: organisation },
    afterworkProposals: { text: 'Un thème' },
    afterworkAdoptions: { organisationId: organisation, tool: 'Un outil' },
    introductionAnswer: { agreed: 'yes' },
    introductionSteps: { stage: 'closed' },
    introductions: { personId: livingToMeet, message: 'Bonjour' },
    satisfaction: { rating: '5', again: 'yes' },
    familyImport: { file: new File([`kind,action,key\ntheme,hidden,${living.family}\n`], 'decisions.csv') },
    familyDecisions: { action: 'hidden', into: [] },
    itemCollections: { title: 'Une collection' },
    itemLinks: { kind: 'related', to: 'autre-page' },
    collectionKeepers: { person: livingToMeet },
    collectionEntries: { item: 'autre-page' },
    collectionEntryPosition: { to: 'up' },
    writingAnswers: new Blob([JSON.stringify({ changes: [] })], { type: 'application/json' }),
    writingPictures: { picture: new File([picture], 'image.png') },
    writingTemplate: { version: '1' },
    writingRestoration: { revision: '1', seen: '1' },
    writingComments: { body: 'Une remarque' },
    followingDetails: { cadence: 'weekly' },
    templateDefinitions: { definition: new File([JSON.stringify(templateOf('essai'))], 'essai.json') },
    templatePublication: { seen: '1' },
    groupOrganisations: { organisations: organisation },
    programmeNudges: { people: living.person },
    programmeAnnouncement: { revision: '1' },
    programmeFulfilments: done,
    programmeArrangements: { ...ahead, kind: 'later' },
    programmeArrangementRemoval: { ...ahead, step: livingStepBehind },
    programmeProposals: ahead,
    programmeProposalRemoval: ahead,
    programmeMoves: {
      ...{ revision: '1', move: livingStepAhead },
      ...{ [`opens.${livingStepAhead}`]: dayAhead(40), [`day.${livingStepAhead}`]: dayAhead(70) },
    },
    programmeShortening: { left: livingStepAhead },
    programmeOrder: { capsule: [...livingCapsules], place: ['2', '1'] },
    programmeCapsules: { title: 'Une capsule' },
    programmeTutors: { revision: '1', tutor: living.person },
    programmeUndoing: { revision: '1', what: 'making' },
    programmeStepMode: { mode: 'video' },
    programmeTemplates: { text: contentOf('essai', 1, 'Un essai') },
    programmeQuote: { consent: 'report', signedAs: 'nobody' },
    programmeSheetEntry: { done: `${organisation}:${expectation}` },
    programmeKitFulfilments: done,
  }
  return fields[route as RouteName]
}

/** What the API takes, by the names of properties: said even where it may be left out. */
export function propertiesFor(living: Living, of: string): Record<string, unknown> {
  return {
    ...{ name: 'fichier.csv', title: 'Quelque chose', text: 'Quelque chose', body: 'Quelque chose' },
    ...{ revision: 1, times: 3, timeZone: 'Europe/Paris', url: 'https://exemple.org/', actions: ['*'] },
    ...{ emails: [anAddress()], item: 'autre-page', note: 'Une note' },
    ...{ day: dayAhead(15), startsOn: dayAhead(15), resumesOn: dayAhead(15) },
    ...{ opensOn: dayAhead(40), dueOn: dayAhead(70) },
    ...{ group: of === 'meeting' ? living.thread.subject : living.groups.group, template: living.template },
    ...{ stepId: livingStepAhead, left: [livingStepAhead], order: livingCapsules.toReversed() },
    ...{ personId: livingToMeet, option: livingOption, votes: { [livingOption]: 'yes' }, stage: 'closed' },
    ...{ organisation: living.organisation, registration: living.meetings.registration, state: 'network' },
  }
}

/** What the API is sent at those addresses where names do not say it. */
export function jsonFor(operation: string, living: Living): object | undefined {
  const step = {
    ...{ revision: 1, title: 'Une étape', mode: 'own_work', after: livingCapsules[0] },
    ...{ opens: dayAhead(40), day: dayAhead(50), minutes: 60 },
  }
  const capsule = { revision: 1, title: 'Une capsule', after: livingCapsules[1], startsOn: dayAhead(80) }
  const bodies: Record<string, object> = {
    'PUT programme-templates/{template}': JSON.parse(contentOf(living.template, 3, 'Un essai')),
    'PUT templates/{template}': templateOf(living.template),
    'POST programmes/{programme}/steps': step,
    'POST programmes/{programme}/steps/plan': step,
    'POST programmes/{programme}/capsules': capsule,
    'POST programmes/{programme}/capsules/plan': capsule,
    'POST date-polls': {
      ...{ title: 'Un sondage', timeZone: 'Europe/Paris', visibility: 'network' },
      ...{ closesAt: `${dayAhead(15)}T10:00:00Z`, options: [`${dayAhead(20)}T10:00:00Z`] },
    },
    'GET programmes/{programme}/moves': { step: livingStepAhead, day: dayAhead(70) },
    'POST commons/items/{slug}/links': { kind: 'related', to: 'autre-page' },
    'POST documents/{id}/comments/{comment}/decision': { state: 'resolved' },
    'POST commons/followings': { subject: { kind: 'theme', theme: living.family } },
  }
  return bodies[operation]
}

function templateOf(key: string): object {
  const text = { fr: 'Quelque chose' }
  return {
    ...{ key, version: 2, type: 'solution', name: text },
    sections: [
      { key: 'beginning', heading: text, questions: [{ key: 'title', ask: text, answer: { kind: 'text' } }] },
    ],
  }
}

/**
 * Why some are refused what they may ask for, by the line of the table where · stands. An operation that has one and is not
 * here is asked with a body that is not valid.
 */
export const refusedOtherwise: Record<string, string> = {
  'POST /:locale/:network/members/:person/removal': 'they hold a mandate',
  'POST /:locale/:network/organisations/imports/:id/taking':
    'nothing in the file is offered by another network',
  'POST /:locale/:network/organisations/imports/:id/undoing': 'it was not carried out',
  'POST /:locale/:network/arrival/:token': 'the door is not open yet',
  'POST /:locale/:network/meetings/:meeting/closure': 'the meeting has not begun',
  'POST /:locale/:network/affiliations/organisations':
    'who does not administer the network takes over only what they hold a mandate for in both',
  'POST /:locale/:network/affiliations/:affiliation/acceptance': 'one such affiliation was accepted already',
  'POST /:locale/:network/affiliations/:affiliation/withdrawal': 'the other network asked',
  'POST /:locale/:network/affiliations/:affiliation/end': 'it was not accepted',
  'POST /:locale/:network/meetings/:meeting/satisfaction': 'they were not there',
  'POST /:locale/:network/meetings/:meeting/registrations/:registration/removal':
    'they are marked present, and that is taken back first',
  'POST /:locale/:network/registration/:token/removal': 'they are marked present',
  'POST /:locale/:network/writing/:document/authors/:person/removal': 'the last author stays',
  'POST /:locale/:network/writing/:document/consents/:consent/settlement': 'the consent has not ended',
  'POST /:locale/:network/writing/:document/erasure': 'the page was not withdrawn',
  'POST /:locale/:network/meetings/:meeting/announcement': 'it is announced',
  'POST /:locale/:network/meetings/:meeting/removal': 'it is announced',
  'POST /:locale/:network/groups/:group/members/:person/departure': 'the last of the group stays',
  'POST /:locale/:network/groups/:group/organisations/:organisation/departure':
    'the last of the group is theirs',
  'POST /:locale/:network/programmes/:programme/nudges': 'the person has no account',
  'POST /:locale/:network/programmes/:programme/resumption': 'the programme is not paused',
  'POST /:locale/:network/programmes/:programme/tutors': 'every step has somebody',
  'POST /:locale/:network/programmes/:programme/undoing': 'people have done something in it',
  'POST /:locale/:network/programmes/:programme/steps/:step/expectations/:expectation/removal':
    'it is fulfilled',
  'POST /:locale/account/address/confirmation': 'no such link was sent',
  'POST /:locale/account/erasure': 'the last administrator stays',
  'POST /:locale/account/link/:token': 'no such link was sent',
  'GET /:locale/account/password-reset/:token': 'no such link was sent',
  'POST /:locale/account/password-reset/:token': 'no such link was sent',
  'POST /:locale/account/sign-in': 'nobody has this address',
  'POST /:locale/account/verification': 'no such link was sent',
  'POST /api/networks/{network}/organisations/imports/{id}/undoing': 'it was not carried out',
  'POST /api/networks/{network}/meetings':
    'members plan meetings of groups that they run, and this is of none',
  'PUT /api/networks/{network}/date-polls/{poll}/answer': 'a key of the network is nobody who could come',
  'POST /api/networks/{network}/programmes/{programme}/resumption': 'the programme is not paused',
  'POST /api/networks/{network}/programmes/{programme}/undoing': 'there is no change to undo',
}
