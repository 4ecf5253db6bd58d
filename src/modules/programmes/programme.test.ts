import { expect, test } from 'vitest'
import { type Capsule, currentStep, type Step, stepName } from '#modules/programmes/programme.ts'

test('a programme stands where something is due first, whatever the order; a step is named with its capsule', () => {
  const capsules = [
    aCapsule('Essayer', [aStep('trying', '2026-12-15'), aStep('review', '2026-11-23')]),
    aCapsule('Partager', [aStep('sharing', '2026-11-23')]),
  ]
  const at = (today: string) => currentStep(capsules, today)?.step.id ?? null
  expect(at('2026-11-22')).toBe('review')
  expect(at('2026-11-23')).toBe('review')
  expect(at('2026-11-24')).toBe('trying')
  expect(at('2026-12-16')).toBeNull()
  expect(stepName(capsules, aStep('sharing', '2026-11-23'))).toBe('Partager – sharing')
})

function aCapsule(title: string, steps: Step[]): Capsule {
  return { id: title, key: title, title, theme: '', aim: '', steps }
}

function aStep(id: string, day: string): Step {
  return {
    ...{
      id,
      key: id,
      title: id,
      aim: '',
      mode: 'own_work',
      opensOn: '2026-09-01',
      dueOn: day,
      plannedOn: day,
    },
    ...{ minutes: 60, beginsAt: null, meetingId: null, tutor: null, expectations: [], after: [] },
  }
}
