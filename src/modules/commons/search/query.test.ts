import { expect, test } from 'vitest'
import { type FacetKind, facetKinds } from '#modules/commons/facets.ts'
import { readQuery } from '#modules/commons/search/query.ts'

/** `count` values, ten of each kind. */
function facets(count: number): URLSearchParams {
  return new URLSearchParams(
    Array.from({ length: count }, (_, index) => [facetKinds[Math.floor(index / 10)] ?? '', `value ${index}`]),
  )
}

const wrong = (...fields: string[]) =>
  expect.objectContaining({
    code: 'invalid-input',
    fields: fields.map(field => expect.objectContaining({ field })),
  })

test('forty values of facets in all can be chosen, and no more', () => {
  expect(Object.values(readQuery(facets(40)).facets).flat()).toHaveLength(40)
  expect(() => readQuery(facets(41))).toThrow(wrong('facets'))
  // The same twice is one choice.
  expect(() => readQuery(new URLSearchParams(`${facets(40)}&${facets(40)}`))).not.toThrow()
})

test('of one kind twenty', () => {
  const params = (count: number) =>
    new URLSearchParams(
      Array.from({ length: count }, (_, index) => ['theme' satisfies FacetKind, `${index}`]),
    )
  expect(readQuery(params(20)).facets.theme).toHaveLength(20)
  expect(() => readQuery(params(21))).toThrow(wrong('theme'))
})
