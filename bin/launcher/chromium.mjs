import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { runQuietly, say } from './steps.mjs'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  '/snap/bin/chromium',
]

/**
 * Path of a browser for the tests: CHROMIUM, an installed one, or as root Debian's, installed for the purpose.
 * @returns null when there is none, which is said, with the reason
 */
export async function ensureChromium() {
  const found = find()
  if (found) return found
  const reason = await installFromDebian()
  const installed = reason === null ? find() : null
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

/** @returns null, or why it is not installed */
async function installFromDebian() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM
  if (process.getuid?.() !== 0) return 'root'
  if (!existsSync('/usr/bin/apt-get')) return 'apt-get'
  say('installingChromium')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  await runQuietly('apt-get', ['update'], { env })
  const args = ['install', '-y', '--no-install-recommends', 'chromium']
  const { code, output } = await runQuietly('apt-get', args, { env })
  return code === 0 ? null : (output.trim().split('\n').at(-1) ?? String(code))
}
