import { z } from 'zod'
import { isDay } from '#modules/programmes/planning/days.ts'

/** A day of a programme: plans are laid out day by day, so that one far away would take long, and mean nothing. */
export const dayField = z
  .string()
  .trim()
  .refine(isDay, { error: 'form.error.date', abort: true })
  .refine(day => day >= '2000-01-01' && day < '2200-01-01', { error: 'programme.error.day-far' })
