import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import '../../../../test/fast-check.ts'
import {
  happenings,
  type LoggedChange,
  type Publication,
  pauseMs,
} from '#modules/commons/history/sittings.ts'

const start = Date.UTC(2026, 10, 2, 9)

/** The first first; minutes after nine. */
function changes(...given: [personId: string | null, path: string, minute: number][]): LoggedChange[] {
  return given
    .map(([personId, path, minute], index) => ({
      revision: index + 1,
      path,
      personId,
      changedAt: new Date(start + minute * 60_000),
    }))
    .reverse()
}

const publication = (version: number, revision: number): Publication => ({
  version,
  revision,
  visibility: 'public',
  personId: 'ana',
  publishedAt: new Date(start),
})

const told = (all: ReturnType<typeof happenings>) =>
  all.map(one =>
    one.kind === 'sitting'
      ? `${one.sitting.personId} ${one.sitting.first}-${one.sitting.last}: ${one.sitting.paths.join(', ')}`
      : `version ${one.publication.version}`,
  )

describe('what happened', () => {
  test('is one sitting while there is no long pause, whoever else writes meanwhile', () => {
    const log = changes(
      ['ana', 'defi', 0],
      ['ben', 'lieu', 5],
      ['ana', 'fond', 10],
      ['ana', 'defi', 29],
      ['ana', 'fin', 70],
    )
    expect(told(happenings(log, []))).toEqual(['ana 5-5: fin', 'ana 1-4: defi, fond', 'ben 2-2: lieu'])
  })

  test('says who else wrote within a sitting, and not who wrote after or before', () => {
    const log = changes(
      ['eve', 'titre', 0],
      ['ana', 'defi', 1],
      ['ben', 'lieu', 5],
      [null, 'fond', 6],
      ['ana', 'fond', 10],
      ['luc', 'fin', 12],
    )
    const others = happenings(log, []).map(one => one.kind === 'sitting' && one.sitting.others)
    expect(others).toEqual([[], [null, 'ben'], [], [], []])
  })

  test('a publication ends the sittings of all', () => {
    const log = changes(['ana', 'defi', 0], ['ana', 'defi', 1], ['ana', 'fin', 2])
    expect(told(happenings(log, [publication(2, 3), publication(1, 2)]))).toEqual([
      'version 2',
      'ana 3-3: fin',
      'version 1',
      'ana 1-2: defi',
    ])
  })

  test('a page published as it was begun is told as well', () => {
    expect(told(happenings([], [publication(1, 0)]))).toEqual(['version 1'])
  })
})

test('every change is in one sitting of its writer, and no sitting has a long pause', () => {
  const logs = fc
    .array(fc.tuple(fc.constantFrom('ana', 'ben', null), fc.constantFrom('a', 'b', 'c'), fc.nat(90)), {
      maxLength: 40,
    })
    .map(all => {
      let minute = 0
      const given = all.map(([person, path, wait]): [string | null, string, number] => {
        minute += wait
        return [person, path, minute]
      })
      return changes(...given)
    })
  fc.assert(
    fc.property(logs, fc.array(fc.nat(40), { maxLength: 3 }), (log, published) => {
      const publications = [...new Set(published)]
        .sort((a, b) => b - a)
        .map((revision, index) => publication(9 - index, revision))
      const all = happenings(log, publications)
      const sittings = all.flatMap(one => (one.kind === 'sitting' ? [one.sitting] : []))
      expect(all.filter(({ kind }) => kind === 'publication')).toHaveLength(publications.length)
      for (const change of log) {
        const mine = sittings.filter(
          one =>
            one.personId === change.personId && one.first <= change.revision && change.revision <= one.last,
        )
        expect(mine).toHaveLength(1)
        expect(mine[0]?.paths).toContain(change.path)
      }
      for (const sitting of sittings) {
        const times = log
          .filter(
            one =>
              one.personId === sitting.personId &&
              sitting.first <= one.revision &&
              one.revision <= sitting.last,
          )
          .map(({ changedAt }) => changedAt.getTime())
        for (const [index, time] of times.entries())
          if (index > 0) expect((times[index - 1] ?? 0) - time).toBeLessThan(pauseMs)
      }
    }),
  )
})
