import fc from 'fast-check'
import { expect, test } from 'vitest'
import { tagFamily } from './tag-family.ts'

fc.configureGlobal({ seed: 617 })

test.each([
  ['Solutions Mapping', 'solution mapping', 'solutions  mapping ', 'SOLUTION-MAPPING'],
  ['énergie solaire', 'Énergies solaires', 'energie  Solaire'],
  ['citizen science', 'Citizen Sciences'],
  ['policy', 'policies'],
  ['Visual Thinking & Mapping', 'visual thinking and mapping', 'Visual Thinking &amp; Mapping'],
  ['enjeu local', 'Enjeux locaux'],
  ['réseau', 'réseaux'],
  ['solución digital', 'Soluciones digitales'],
  ['mujer', 'mujeres'],
  ['ciudad', 'ciudades'],
  ['solução social', 'Soluções sociais'],
  ['comunidade', 'comunidades'],
  ['process', 'processes'],
  ['co-creation', 'co -creation', 'Co creation'],
  ['œuvre', 'oeuvres'],
])('spellings of one tag meet: %s', (...spellings) => {
  expect(new Set(spellings.map(tagFamily)).size).toBe(1)
})

test.each([
  ['plan', 'plane'],
  ['new', 'news'],
  ['pay', 'pays'],
  ['business', 'busy'],
  ['analysis', 'analyst'],
  ['agriculture', 'aquaculture'],
  ['waste', 'water'],
  ['gender', 'general'],
  ['की', 'का'],
  ['水', '火'],
  ['human', 'humane'],
  ['march', 'marché'],
])('different words stay apart: %s, %s', (one, other) => {
  expect(tagFamily(one)).not.toBe(tagFamily(other))
})

test('is idempotent and blind to case, whatever the script', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' })), text => {
      const family = tagFamily(text)
      expect(tagFamily(family)).toBe(family)
      expect(tagFamily(text.toUpperCase())).toBe(family)
      expect(tagFamily(text.toLowerCase())).toBe(family)
    }),
    { numRuns: 2_000 },
  )
})

test('is not empty where there is a letter or a digit', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), text => {
      if (/[\p{L}\p{N}]/u.test(text)) expect(tagFamily(text)).not.toBe('')
    }),
  )
})
