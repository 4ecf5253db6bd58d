import { atRest, type Commons, type PageKind } from './commons.ts'
import { describeLoad, digits, type Figure, type Section } from './figures.ts'
import { inTurns, subjectsOf } from './pages.ts'
import type { Settings } from './settings.ts'

const mostTimes = 2
const compared: { kind: PageKind; state: 'kept' | 'fresh'; hasGoal: boolean }[] = [
  { kind: 'item', state: 'fresh', hasGoal: true },
  { kind: 'item', state: 'kept', hasGoal: true },
  { kind: 'list', state: 'fresh', hasGoal: true },
  { kind: 'list', state: 'kept', hasGoal: true },
  { kind: 'search', state: 'fresh', hasGoal: false },
]

/** The same pages of a large commons and of a small one, in turns. */
export async function measureScale(settings: Settings, small: Commons, large: Commons): Promise<Section> {
  await atRest(settings, small, large)
  const figures: Figure[] = []
  for (const { kind, state, hasGoal } of compared) {
    for (const connections of settings.connections.filter(number => number <= 16)) {
      settings.say(`${kind} of ${large.items} items, ${connections} connections`)
      const loads = await inTurns(
        settings,
        {
          small: subjectsOf(settings, small, kind)[state],
          large: subjectsOf(settings, large, kind)[state],
        },
        connections,
      )
      const ratio = loads.small.perSecond / loads.large.perSecond
      figures.push({
        what: `${kind}, ${connections}, ${state === 'kept' ? 'kept' : 'made anew'}`,
        own: describeLoad(loads.large),
        beside: describeLoad(loads.small),
        ratio: digits(ratio),
        goal: hasGoal ? `≤ ${mostTimes}` : '',
        holds: hasGoal ? ratio <= mostTimes && loads.large.failures === 0 : null,
      })
    }
  }
  const { pages, seconds, cpuSeconds } = large.imported
  const [items, few] = [large.items.toLocaleString('en'), small.items.toLocaleString('en')]
  return {
    title: `${items} items`,
    explanation:
      `The same installation with ${items} generated items beside one with ${few}, asked in turns. They came in by ` +
      `the import itself: ${digits(pages / seconds)} pages/s, ${digits(seconds / 60)} minutes, of which its process ` +
      `computed ${digits(cpuSeconds / 60)}. Both have written their backup of the day, which begins a minute after the start and takes ` +
      `a core while it lasts. The ratio is of requests a second: how many times slower.`,
    columns: ['page, connections', `${items} items`, `${few} items`, 'times', 'goal'],
    figures,
  }
}
