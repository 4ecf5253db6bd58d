import fc from 'fast-check'
import { expect, test } from 'vitest'
import '../../../../test/fast-check.ts'
import { mergeNotes } from './notes-merging.ts'

const before = '## Accueil\n\nTour de table.\n\n## Budget\n\nÀ voir.\n'

test('what two wrote in different places is put together', () => {
  const theirs = before.replace('Tour de table.', 'Tour de table de douze personnes.')
  const yours = before.replace('À voir.', 'Voté à l’unanimité.')
  expect(mergeNotes(before, theirs, yours)).toEqual({
    text: '## Accueil\n\nTour de table de douze personnes.\n\n## Budget\n\nVoté à l’unanimité.\n',
    conflict: false,
  })
})

test('where both changed the same words, both stay, and what is not in dispute is there once', () => {
  const theirs = before.replace('À voir.', 'Refusé.')
  const yours = before.replace('À voir.', 'Voté.')
  const { text, conflict } = mergeNotes(before, theirs, yours)
  expect(conflict).toBe(true)
  expect(text).toBe('## Accueil\n\nTour de table.\n\n## Budget\n\nRefusé.\nVoté.\n')
})

test('where nobody knows what they began with, both stay whole', () => {
  expect(mergeNotes(null, 'Un.', 'Deux.')).toEqual({ text: 'Un.\n\nDeux.', conflict: true })
})

test('a line that somebody added is never lost', () => {
  const word = fc.constantFrom('rose', 'pin', 'lac', 'mur', 'sel')
  const lines = fc.array(word, { maxLength: 6 })
  fc.assert(
    fc.property(lines, fc.nat(6), fc.nat(6), (start, one, other) => {
      const added = (line: string, at: number) => {
        const copy: string[] = [...start]
        copy.splice(Math.min(at, start.length), 0, line)
        return copy.join('\n')
      }
      const { text } = mergeNotes(start.join('\n'), added('DE L’UNE', one), added('DE L’AUTRE', other))
      expect(text).toContain('DE L’UNE')
      expect(text).toContain('DE L’AUTRE')
    }),
  )
})
