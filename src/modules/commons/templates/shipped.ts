import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectFolder } from '#kernel/project.ts'
import { readDefinition } from '#modules/commons/templates/definition.ts'
import type { Template } from '#modules/commons/templates/template.ts'

/** In the order in which they are offered. */
export const shippedKeys = ['learning-plan', 'solution', 'experiment', 'weak-signal'] as const

export const templatesFolder = join(projectFolder, 'templates')

let read: Template[] | undefined

/** The templates that come with the program. Read once; one that cannot be read is a fault of the installation. */
export function shippedTemplates(): Template[] {
  read ??= shippedKeys.map(readShipped)
  return read
}

export function shippedTemplate(key: string): Template | undefined {
  return shippedTemplates().find(template => template.key === key)
}

/** Whether it is as it came with this program. */
export function isShipped(template: Template): boolean {
  return shippedTemplate(template.key)?.version === template.version
}

function readShipped(key: string): Template {
  const file = join(templatesFolder, `${key}.yaml`)
  const reading = readDefinition(readFileSync(file, 'utf8'))
  if ('template' in reading) return reading.template
  const said = reading.problems.map(({ line, column, where, code }) => `${line}:${column} ${where} ${code}`)
  throw new Error(`${file}: ${said.join('; ')}`)
}
