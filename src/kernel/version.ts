import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectFolder } from '#kernel/project.ts'

export const { version } = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')) as {
  version: string
}
