import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Branch, type Tie, type TreeNetwork, treeOf } from '#modules/network/affiliations/tree.ts'

const network = (id: string): TreeNetwork => ({
  id,
  slug: id,
  name: { fr: id },
  summary: {},
  locale: 'fr',
  visibility: 'public',
})
const tie = (member: string, parent: string): Tie => ({ member, parent, kind: 'region', level: 'regional' })
const shape = ({ network, branches }: Branch): unknown =>
  branches.length === 0 ? network.id : [network.id, ...branches.map(shape)]

describe('a tree of networks', () => {
  test('puts each under what it belongs to, in the order given', () => {
    const ties = [tie('ouest', 'france'), tie('est', 'france'), tie('france', 'monde'), tie('mali', 'monde')]
    const sorted = ['est', 'france', 'mali', 'monde', 'ouest'].map(network)
    expect(treeOf(ties, sorted).map(shape)).toEqual([['monde', ['france', 'est', 'ouest'], 'mali']])
  })

  test('one that belongs to two stands under both, with its own under the first', () => {
    const ties = [tie('b', 'a'), tie('b', 'c'), tie('d', 'b')]
    expect(treeOf(ties, ['a', 'b', 'c', 'd'].map(network)).map(shape)).toEqual([
      ['a', ['b', 'd']],
      ['c', 'b'],
    ])
  })

  test('whatever the ties, it ends, and draws no more branches than there are ties and networks', () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f']
    const anyTie = fc.record({ member: fc.constantFrom(...ids), parent: fc.constantFrom(...ids) })
    const size = ({ branches }: Branch): number => branches.reduce((sum, one) => sum + size(one), 1)
    fc.assert(
      fc.property(fc.array(anyTie, { maxLength: 30 }), ties => {
        const trees = treeOf(
          ties.map(({ member, parent }) => tie(member, parent)),
          ids.map(network),
        )
        expect(trees.reduce((sum, one) => sum + size(one), 0)).toBeLessThanOrEqual(ties.length + ids.length)
      }),
    )
  })
})
