import { aSection, baseUrl } from '#platform/mail/mail.fixture.ts'
import type { ParamsOf, TemplateName } from '#platform/mail/templates.ts'

const url = `${baseUrl}/x`
const [person, group, title] = ['Zoé', 'Le groupe', 'De l’eau']
const poll = { person, title, closesAt: '2026-11-21T12:00:00Z', url }
const dates = { title, count: 2, sections: aSection, url }
const other = { other: 'Traverses', url }

type Sample = { [Name in TemplateName]: readonly [Name, ParamsOf<Name>] }[TemplateName]

/** One of each mail about what groups, dates, affiliations and afterworks have to say. */
export const collectiveMails: Sample[] = [
  ['group-requested', { person, group, url }],
  ['group-request-accepted', { group, word: 'Bienvenue.', url }],
  ['group-request-declined', { group, word: '', url }],
  ['group-invitation', { person, group, message: 'Venez.', url }],
  ['group-added', { group, organisation: 'La Sève', url }],
  ['group-entrusted', { group, url }],
  ['task-assigned', { person, title, due: '2026-12-01', url }],
  ['tasks-handed-over', { person, group, count: 2, url }],
  ['date-poll-asked', poll],
  ['date-poll-reminder', poll],
  ['date-poll-settled', { title, when: 'jeudi 11 mars, 9:00', where: 'Toulouse', url }],
  ['date-poll-cancelled', { title, url }],
  ['date-poll-answer', { title, url }],
  ['series-registered', dates],
  ['series-host-asked', { ...dates, person }],
  ['series-host-confirmed', { ...dates, person }],
  ['series-host-withdrew', { ...dates, person }],
  ['series-hosting', dates],
  ['series-hosting-ended', dates],
  ['series-withdrawn', dates],
  ['series-changed', dates],
  ['series-invited-changed', dates],
  ['series-cancelled', { ...dates, reason: 'Il neige.' }],
  ['minutes-published', { title, day: '2026-09-16', url }],
  ['affiliation-asked', other],
  ['affiliation-accepted', other],
  ['affiliation-declined', other],
  ['affiliation-withdrawn', other],
  ['affiliation-ended', other],
  ['afterworks-lapsed', { series: 'Les afterworks', url }],
  ['introduction-asked', { person, organisation: 'La Sève', message: 'Parlons-en.', url }],
  ['introduction-agreed', { person, url }],
  ['afterwork-satisfaction', { title, url }],
  ['afterwork-opinion', { title: 'Du bois', url }],
  [
    'programme-begun',
    {
      programme: 'CAP RSE',
      group,
      day: '2026-09-16',
      meetings: 12,
      dates: '- 16 septembre – Lancement',
      url,
    },
  ],
  ['programme-removed', { programme: 'CAP RSE', group, day: '2026-09-16', url }],
  ['programme-entrusted', { programme: 'CAP RSE', count: 3, url }],
  [
    'programme-moved',
    { programme: 'CAP RSE', count: 41, more: 1, moves: '- Gouvernance : le 9 mars → le 23 mars', url },
  ],
  ...(['programme-changed', 'programme-paused', 'programme-resumed', 'programme-ended'] as const).map(
    template =>
      [
        template,
        {
          programme: 'CAP RSE',
          ahead: 3,
          more: 1,
          changes: 'Nouvelles étapes :\n\n- Le 9 mars – Bilan',
          url,
        },
      ] as const,
  ),
  [
    'programme-reminder',
    { programme: 'CAP RSE', step: 'Lecture partagée', due: '2026-12-05', expected: '- Lire', url },
  ],
  ['programme-nudge', { person, programme: 'CAP RSE', message: 'Où en êtes-vous ?', url }],
]
