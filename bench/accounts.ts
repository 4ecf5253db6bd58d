import { type Commons, home, type PageKind, visitorsCookie } from './commons.ts'
import type { Load } from './figures.ts'
import { describeLoad, digits, type Figure, type Section } from './figures.ts'
import type { HashTask } from './hash-worker.ts'
import type { LoadTask } from './load-worker.ts'
import { inTurns, type Subject } from './pages.ts'
import { password, someMembers } from './people.ts'
import { work } from './processes.ts'
import type { Settings } from './settings.ts'

const mostOfAnonymous = 1.3

/** Signing in beside the check of a password alone; a page for someone signed in beside the same for anyone. */
export async function measureAccounts(settings: Settings, commons: Commons): Promise<Section[]> {
  const people = await someMembers(commons.dataFolder, commons, 24)
  const signIns: Figure[] = []
  const address = '/fr/account/sign-in'
  const form = (email: string) => String(new URLSearchParams({ email, password }))
  for (const connections of [1, 4]) {
    settings.say(`signing in, ${connections} at once`)
    const { own, alone } = await inTurns(
      settings,
      {
        own: at =>
          work<LoadTask, Load>('./load-worker.ts', {
            origin: commons.served.origin,
            paths: people.map(() => address),
            bodies: people.map(({ email }) => form(email)),
            headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
            expected: 303,
            connections: at,
            seconds: settings.seconds,
          }),
        alone: at => work<HashTask, Load>('./hash-worker.ts', { connections: at, seconds: settings.seconds }),
      } satisfies Record<string, Subject>,
      connections,
    )
    signIns.push({
      what: `signing in, ${connections} at once`,
      own: describeLoad(own),
      beside: describeLoad(alone),
      ratio: digits(own.perSecond / alone.perSecond),
      goal: '',
      holds: own.failures === 0 ? null : false,
    })
  }
  const pages: Figure[] = []
  const kinds: { what: string; paths: string[] }[] = [
    { what: 'a network', paths: [home] },
    ...(['list', 'item', 'search'] as PageKind[]).map(kind => ({ what: kind, paths: commons.paths[kind] })),
  ]
  for (const { what, paths } of kinds) {
    for (const connections of settings.connections.filter(number => number <= 16)) {
      settings.say(`${what} for someone signed in, ${connections} connections`)
      const asked =
        (headers: Record<string, string>): Subject =>
        at =>
          work<LoadTask, Load>('./load-worker.ts', {
            origin: commons.served.origin,
            paths,
            headers: { 'accept-encoding': 'br', ...headers },
            connections: at,
            seconds: settings.seconds,
          })
      const { own, anyone } = await inTurns(
        settings,
        { own: asked({ cookie: people[0]?.cookie ?? '' }), anyone: asked(visitorsCookie) },
        connections,
      )
      const ratio = anyone.perSecond / own.perSecond
      pages.push({
        what: `${what}, ${connections}`,
        own: describeLoad(own),
        beside: describeLoad(anyone),
        ratio: digits(ratio),
        goal: `≤ ${mostOfAnonymous}`,
        holds: ratio <= mostOfAnonymous && own.failures === 0,
      })
    }
  }
  return [
    {
      title: 'Signing in',
      explanation:
        'Sign-ins a second through the form of the site (address and password, 24 people in turn, limits off), beside ' +
        'the check of a password alone (scrypt as the program uses it) in a process of its own, as many at once. The ' +
        'ratio is of how many a second; near 1, a sign-in costs the hash and little else.',
      columns: ['what', 'Cordée', 'the hash alone', 'of the hash', 'goal'],
      figures: signIns,
    },
    {
      title: 'A page for someone signed in',
      explanation:
        'The same page for a member who is signed in and for the public, both made anew (a page for someone signed in is ' +
        'never kept). The ratio is of requests a second: how many times slower.',
      columns: ['page, connections', 'signed in', 'the public', 'times', 'goal'],
      figures: pages,
    },
  ]
}
