import type { Living } from './living.ts'

/** What stands for each parameter of an address, by the name of the route. */
export function parametersOf(living: Living, route: string): Record<string, string> {
  const objects: [RegExp, string][] = [
    [/^key/, living.key],
    [/^(?:job|platformJob)/, living.job],
    [/^(?:mail|platformMail)/, living.mail],
    [/^webhook/, living.webhook],
    [/^following/, living.following],
    [/^file/, living.file],
    [/^document/, living.document],
    [/^(?:import|commonsImport)/, living.import],
    [/^organisation/, living.organisationImport],
  ]
  const files: [RegExp, string][] = [
    [/^organisationImportModel/, 'model.csv'],
    [/^(?:members|groupMembers)/, 'members.csv'],
    [/^organisations/, 'organisations.csv'],
    [/udit/, 'audit.csv'],
    [/^publicCalendar$/, 'public.ics'],
    [/^calendar$/, 'network.ics'],
    [/^meetingFile$/, 'meeting.ics'],
    [/^meetingSheet/, 'sheet.pdf'],
    [/^meetingMinutes/, 'minutes.md'],
    [/^attendance/, 'attendance.csv'],
    [/^programmeReport/, 'report.xlsx'],
    [/^programmeProgress/, 'progress.csv'],
    [/^programmeComparison/, 'comparison.csv'],
    [/^programmeSheet/, 'sheet.pdf'],
    [/^programmeKit/, 'step.html'],
    [/^commons?/, 'commons.csv'],
    [/^afterworkCounted/, 'aware.csv'],
    [/^template/, 'template.json'],
    [/^itemExport/, `${living.slug}.json`],
    [/^itemInFile/, 'page.md'],
    [/^learning/, 'insights.csv'],
    [/^collectionBooklet/, `${living.collection}.docx`],
    [/^collectionExport/, 'collection.csv'],
  ]
  const tokens: [RegExp, string][] = [
    [/^threadLeaving$/, living.thread.leavingToken],
    [/^followingAtom$/, living.feedToken],
    [/^calendar$/, living.meetings.calendarToken],
    [/^checkIn$/, living.day.checkInCode],
    [/^arrival$/, living.day.doorKey],
    [/^own(?:Registration|Opinion)/, living.meetings.registrationToken],
    [/^registrationConfirmation$/, living.meetings.requestToken],
  ]
  const fitting = (table: [RegExp, string][]) => table.find(([pattern]) => pattern.test(route))?.[1] ?? ''
  return {
    network: living.network.slug,
    request: living.request,
    invitation: living.invitation,
    token: fitting(tokens) || living.invitationToken,
    person: living.person,
    mandate: living.mandate,
    organisation: living.organisation,
    affiliation: living.affiliation,
    ...living.groups,
    meeting: living.meetings.meeting,
    item: route === 'agendaItemDecision' ? living.meetings.proposedItem : living.meetings.item,
    registration: living.meetings.registration,
    type: living.thread.type,
    subject: living.thread.subject,
    message: living.thread.message,
    enclosure: living.thread.enclosure,
    ...living.dates,
    ...living.programmes,
    ...ofAfterworks(living, route),
    delivery: living.delivery,
    slug: living.slug,
    template: living.template,
    version: '1',
    part: 'beginning.title',
    collection: living.collection,
    link: living.link,
    document: living.document,
    consent: living.consent,
    comment: living.comment,
    kind: 'theme',
    family: living.family,
    decision: living.decision,
    language: 'es',
    number: '1',
    width: '320',
    id: fitting(objects),
    file: fitting(files),
  }
}

/** The series of an afterwork is called as those of meetings are. */
function ofAfterworks({ afterworks, dates }: Living, route: string): Record<string, string> {
  return { ...afterworks, series: /^afterwork/i.test(route) ? afterworks.series : dates.series }
}
