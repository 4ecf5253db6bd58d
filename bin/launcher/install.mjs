import { createHash } from 'node:crypto'
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import os from 'node:os'
import { basename, dirname, join } from 'node:path'
import { withLock } from './lock.mjs'
import { Failure, root, runQuietly, say } from './steps.mjs'

const modules = join(root, 'node_modules')
const stampFile = join(modules, '.cordee-stamp')

/**
 * Makes node_modules what package-lock.json says, if it is not. A stamp in it remembers for which lock file, on which
 * platform, and whether with the tools of development. Install scripts stay off: none of ours needs one.
 */
export async function ensureInstalled({ withTools }) {
  const wanted = fingerprint()
  if (isCurrent(wanted, withTools)) return
  await withLock(async () => {
    if (isCurrent(wanted, withTools)) return
    // Whoever installs by hand leaves no stamp. Tools once installed stay: removing them is nobody's wish.
    if (!matchesLock(withTools)) await install(withTools || readStamp().withTools === true)
    linkCommand()
    writeFileSync(stampFile, JSON.stringify({ wanted, withTools: matchesLock(true) }))
  })
}

function isCurrent(wanted, withTools) {
  const stamp = readStamp()
  return stamp.wanted === wanted && (!withTools || stamp.withTools === true)
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'))
  } catch {
    return {}
  }
}

function fingerprint() {
  const lock = readFileSync(join(root, 'package-lock.json'))
  return `${createHash('sha256').update(lock).digest('hex')} ${process.platform}-${process.arch}`
}

/** Whether each package of the lock file that belongs on this platform is there in its version. */
function matchesLock(withTools) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  return Object.entries(packages).every(([path, entry]) => {
    if (path === '' || (entry.dev && !withTools) || !isForHere(entry)) return true
    try {
      return JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8')).version === entry.version
    } catch {
      return false
    }
  })
}

function isForHere(entry) {
  // Which C library a binary is for is npm's to judge.
  if (entry.optional && (entry.libc || entry.peer)) return false
  const allows = (list, value) => list === undefined || [list].flat().includes(value)
  return !entry.optional || (allows(entry.os, process.platform) && allows(entry.cpu, process.arch))
}

/** npm would try again for ten minutes, in silence, before it says that there is no network. */
const network = ['--fetch-timeout=60000', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000']

async function install(withTools) {
  say('installing')
  let { code, output } = await npm('ci', withTools)
  // A lock file made where some registry lacks the binaries of another platform: `ci` refuses it as incomplete, while
  // `install` takes what it names and leaves out the optional rest.
  if (code !== 0 && output.includes('EUSAGE')) ({ code, output } = await npm('install', withTools))
  if (code === 0) return
  if (/\b(EACCES|EROFS|EPERM)\b/.test(output)) throw new Failure('notWritable', { folder: root }, output)
  throw new Failure('installFailed', { code }, output)
}

function npm(verb, withTools) {
  const [command, first] = npmCommand()
  const args = [
    ...first,
    verb,
    ...(verb === 'install' ? ['--no-save'] : []),
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    // `npm test --silent` would have this one fail without a word.
    '--loglevel=error',
    '--include=optional',
    withTools ? '--include=dev' : '--omit=dev',
    ...network,
    ...cache(),
  ]
  // What `npm start` hands down to us is about that call; `production` would leave the tools out.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !notPassed.test(name)))
  return runQuietly(command, args, { env, shell: command === 'npm.cmd' })
}

const notPassed = /^(NODE_ENV|npm_config_(production|omit|include|only|global|prefix|local_prefix))$/i

/** npm as it called us, else the one on the path. */
function npmCommand() {
  const caller = process.env.npm_execpath ?? ''
  if (/^n(pm|px)-cli\.c?js$/.test(basename(caller))) {
    const script = join(dirname(caller), 'npm-cli.js')
    if (existsSync(script)) return [process.execPath, [script]]
  }
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm', []]
}

/** A user without a home of their own (a service, `nobody`) has no place for npm's cache. */
function cache() {
  const usual = process.env.npm_config_cache || join(os.homedir() || '/nonexistent', '.npm')
  return isWritable(usual) ? [] : [`--cache=${join(root, '.cache', 'npm')}`]
}

function isWritable(folder) {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch (error) {
    return error.code === 'ENOENT' && dirname(folder) !== folder && isWritable(dirname(folder))
  }
}

/** So that `npx cordee` finds the command in its own project; npm makes such links for dependencies only. */
function linkCommand() {
  const folder = join(modules, '.bin')
  const program = join(root, 'bin', 'cordee.mjs')
  mkdirSync(folder, { recursive: true })
  if (process.platform === 'win32') {
    writeFileSync(join(folder, 'cordee.cmd'), '@node "%~dp0\\..\\..\\bin\\cordee.mjs" %*\r\n')
    return
  }
  const link = join(folder, 'cordee')
  rmSync(link, { force: true })
  symlinkSync('../../bin/cordee.mjs', link)
  try {
    accessSync(program, constants.X_OK)
  } catch {
    chmodSync(program, 0o755)
  }
}
