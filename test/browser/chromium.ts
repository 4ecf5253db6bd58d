import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, type BrowserContext, chromium } from 'playwright-core'

/** The browser of CHROMIUM, else one that is installed where they usually are; null when there is none. */
export function findChromium(): string | null {
  const { CHROMIUM: asked, PATH = '' } = process.env
  if (asked) return existsSync(asked) ? asked : null
  const names = [
    'chromium-headless-shell',
    'chromium',
    'chromium-browser',
    'google-chrome',
    'google-chrome-stable',
  ]
  const folders = [...PATH.split(delimiter), '/usr/bin', '/usr/local/bin', '/snap/bin']
  const places = [
    ...folders.flatMap(folder => names.map(name => join(folder, name))),
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  ]
  return places.find(path => existsSync(path)) ?? null
}

export const executable = findChromium()

if (!executable) {
  console.warn('No Chromium found: the tests in a browser are skipped. Install one, or name it by CHROMIUM.')
}

const program = {
  executablePath: executable ?? '',
  args: [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    // No process is kept ready for a site that nobody goes to: a sixth of the time.
    '--renderer-process-limit=1',
  ],
}

export function launch(): Promise<Browser> {
  return chromium.launch(program)
}

/** One that keeps what pages keep on the device, in a folder, when it is closed. */
export function launchKeeping(folder: string, origin: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(folder, { ...program, baseURL: origin, locale: 'fr-FR' })
}

export const screens = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 900 } } as const

export type Screen = keyof typeof screens

export interface Visit {
  screen?: Screen
  javaScript?: boolean
  colorScheme?: 'light' | 'dark'
  /** For the tools of a test that the page's own policy would keep out. */
  bypassCSP?: boolean
}

/** What the browser complained of: errors in the console, scripts that failed, breaches of the policy. */
export type Complaints = string[]

export interface Visitor {
  context: BrowserContext
  complaints: Complaints
}

/** A visitor who was never here: nothing in the cache. Pictures of other sites are answered here, with a dot. */
export async function visitor(browser: Browser, origin: string, options: Visit = {}): Promise<Visitor> {
  const screen = options.screen ?? 'desktop'
  const context = await browser.newContext({
    baseURL: origin,
    viewport: screens[screen],
    hasTouch: screen === 'phone',
    isMobile: screen === 'phone',
    locale: 'fr-FR',
    javaScriptEnabled: options.javaScript ?? true,
    colorScheme: options.colorScheme ?? 'light',
    bypassCSP: options.bypassCSP ?? false,
    reducedMotion: 'reduce',
  })
  await context.route(
    url => url.origin !== origin,
    route => route.fulfill({ contentType: 'image/svg+xml', body: dot }),
  )
  const complaints: Complaints = []
  context.on('console', message => {
    if (message.type() === 'error') complaints.push(`${message.text()} (${message.location().url})`)
  })
  context.on('weberror', weberror => complaints.push(String(weberror.error())))
  return { context, complaints }
}

const dot = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>'
