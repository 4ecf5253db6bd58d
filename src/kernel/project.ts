import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the installation: where migrations, locales, reference data and built assets are read. */
export const projectFolder = findUp(dirname(fileURLToPath(import.meta.url)), 'migrations')

function findUp(folder: string, name: string): string {
  if (existsSync(join(folder, name))) return folder
  const parent = dirname(folder)
  if (parent === folder) throw new Error(`No folder above ${import.meta.url} contains ${name}/`)
  return findUp(parent, name)
}
