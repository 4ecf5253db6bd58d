import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectFolder } from '#kernel/project.ts'
import { readTemplate } from '#modules/programmes/templates/reading.ts'
import type { ProgrammeTemplate } from '#modules/programmes/templates/template.ts'

/** In the order in which they are offered. */
export const shippedKeys = ['collective-19-months', 'quarter-cycle'] as const

export const templatesFolder = join(projectFolder, 'templates', 'programmes')

let read: ProgrammeTemplate[] | undefined

/** The templates that come with the program. Read once; one that cannot be read is a fault of the installation. */
export function shippedTemplates(): ProgrammeTemplate[] {
  read ??= shippedKeys.map(readShipped)
  return read
}

export function shippedTemplate(key: string): ProgrammeTemplate | undefined {
  return shippedTemplates().find(template => template.key === key)
}

/** Whether it is as it came with this program. */
export function isShipped({ key, version }: { key: string; version: number }): boolean {
  return shippedTemplate(key)?.version === version
}

function readShipped(key: string): ProgrammeTemplate {
  const file = join(templatesFolder, `${key}.yaml`)
  // Whether modules know what they expect is tested, not asked at every start.
  const reading = readTemplate(readFileSync(file, 'utf8'), null)
  if ('template' in reading) return reading.template
  const said = reading.problems.map(({ line, column, where, code }) => `${line}:${column} ${where} ${code}`)
  throw new Error(`${file}: ${said.join('; ')}`)
}
