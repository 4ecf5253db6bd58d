import { newId } from '#kernel/ids.ts'
import type { TestApp } from './app.ts'
import type { TestNetwork } from './factories.ts'

/** A programme template of the network's own: its first version in use, its second a draft. */
export async function programmeTemplateIn(
  { database }: TestApp,
  network: TestNetwork,
  { own, template, person }: { own: string; template: string; person: string },
): Promise<void> {
  for (const [version, state] of [
    [1, 'published'],
    [2, 'draft'],
  ] as const)
    await database.asOwner(
      `insert into programme_template (network_id, id, key, version, content, state, created_by)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [network.id, newId(), template, version, contentOf(template, version, own), state, person],
    )
}

/** As it is written down. */
export function contentOf(key: string, version: number, own: string): string {
  const text = { fr: own }
  return JSON.stringify({
    ...{ key, version, name: text, about: text, licence: 'CC0-1.0', duration: 'P3M' },
    closures: [{ from: '08-01', until: '08-21', name: text }],
    capsules: [
      {
        ...{ key: 'premiere', title: text, theme: text, aim: text },
        steps: [
          {
            ...{ key: 'rencontre', title: text, aim: text, mode: 'in_person', starts: 'P0D', after: [] },
            ...{ window: 'P1W', minutes: 90, begins: '10:00', tutor: 'facilitator', reminders: [2] },
            expects: [{ kind: 'attendance', title: text, optional: false, settings: {} }],
            tasks: [{ title: text, before: 'P2W' }],
          },
        ],
      },
    ],
  })
}
