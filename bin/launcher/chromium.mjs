import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { basename, delimiter, join } from 'node:path'
import { runQuietly, say } from './steps.mjs'

/** Chromium without windows of its own: what it opens costs a third. Debian has it as a package. */
const shell = 'chromium-headless-shell'
const names = [shell, 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  '/snap/bin/chromium',
]

/**
 * Path of a browser for the tests: CHROMIUM, an installed one, or as root Debian's, installed for the purpose. Where all is
 * checked for everyone (CI), the quick one is, whatever else is there.
 * @returns null when there is none, which is said, with the reason
 */
export async function ensureChromium() {
  const found = find()
  if (found && (process.env.CHROMIUM || !process.env.CI || basename(found) === shell)) return found
  const reason = await installFromDebian(found ? [shell] : [shell, 'chromium'])
  const installed = reason === null ? find() : found
  if (!installed) say('noChromium', { reason: reason ?? 'apt-get' })
  return installed
}

function find() {
  const folders = (process.env.PATH ?? '').split(delimiter).concat('/usr/bin', '/usr/local/bin')
  const candidates = [...folders.flatMap(folder => names.map(name => join(folder, name))), ...places]
  const asked = process.env.CHROMIUM
  return (asked ? [asked] : candidates).find(path => existsSync(path) && runs(path)) ?? null
}

/** Ubuntu's chromium-browser, for one, is a script that asks to install something else. */
function runs(path) {
  if (process.platform === 'win32') return true
  return spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 20_000 }).status === 0
}

/**
 * @param packages the first that can be had
 * @returns null, or why none is installed
 */
async function installFromDebian(packages) {
  if (process.env.CHROMIUM) return process.env.CHROMIUM
  if (process.getuid?.() !== 0) return 'root'
  if (!existsSync('/usr/bin/apt-get')) return 'apt-get'
  say('installingChromium')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  await runQuietly('apt-get', ['update'], { env })
  let reason = null
  for (const name of packages) {
    const args = ['install', '-y', '--no-install-recommends', name]
    const { code, output } = await runQuietly('apt-get', args, { env })
    if (code === 0) return null
    reason = output.trim().split('\n').at(-1) ?? String(code)
  }
  return reason
}
