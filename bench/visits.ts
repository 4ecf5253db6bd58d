import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'
import { type Commons, home } from './commons.ts'
import { digits, type Figure, type Section } from './figures.ts'
import type { Settings } from './settings.ts'

const mostBytes = 40_000
/** Pages that carry a map load it when first used. */
const mostBytesOfMap = 250_000

interface Line {
  name: string
  /** Milliseconds from a request to its answer. */
  latency: number
  bitsPerSecond: number
}

const lines: Line[] = [
  { name: 'slow 3G', latency: 400, bitsPerSecond: 400_000 },
  { name: '2G', latency: 800, bitsPerSecond: 50_000 },
]

/** What a first visit costs, and a journey over slow lines, in Chromium; nothing where there is none. */
export async function measureVisits(settings: Settings, commons: Commons): Promise<Section[]> {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'
  if (!existsSync(executablePath)) {
    settings.say('no Chromium: visits are left out')
    return []
  }
  const browser = await chromium.launch({
    executablePath,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
      ...['--disable-background-networking', '--disable-component-update'],
      // Nothing is fetched from elsewhere: the measure is of the program alone.
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  })
  try {
    return [
      await measureFirstVisits(settings, browser, commons),
      await measureJourneys(settings, browser, commons),
    ]
  } finally {
    await browser.close()
  }
}

async function measureFirstVisits(settings: Settings, browser: Browser, commons: Commons): Promise<Section> {
  const { longest, served } = commons
  const { origin } = served
  const item = commons.paths.item[0] ?? ''
  const visited: [string, string, number][] = [
    ['the site', '/fr', mostBytes],
    ['a network', home, mostBytes],
    ['list', commons.paths.list[0] ?? '', mostBytes],
    ['search', commons.paths.search[0] ?? '', mostBytes],
    ...commons.paths.item
      .slice(0, settings.quick ? 3 : 12)
      .map((path, index): [string, string, number] => [`item ${index + 1}`, path, mostBytes]),
    [`the longest item (${digits(longest.bytes / 1000)} kB of Markdown)`, longest.path, mostBytes],
    ['versions of an item', `${item}/versions`, mostBytes],
    ['map', `${home}/commons/map`, mostBytesOfMap],
    ['accessibility', '/fr/about/accessibility', mostBytes],
    ['API', '/api', mostBytes],
  ]
  const figures: Figure[] = []
  for (const [what, path, most] of visited) {
    settings.say(`first visit: ${what}`)
    const { bytes, requests, elsewhere } = await firstVisit(browser, origin + path)
    figures.push({
      what,
      own: `${digits(bytes / 1000)} kB`,
      beside: `${requests}${elsewhere > 0 ? ` (and ${elsewhere} elsewhere)` : ''}`,
      ratio: '',
      goal: `≤ ${most / 1000} kB`,
      holds: bytes <= most,
    })
  }
  return {
    title: 'First visit',
    explanation:
      'Chromium with an empty cache, until the page is still: bytes that came over the wire, headers included ' +
      '(`encodedDataLength`). Pictures that a page shows from elsewhere are not fetched; they are loaded when scrolled to.',
    columns: ['page', 'received', 'requests', '', 'goal'],
    figures,
  }
}

async function firstVisit(browser: Browser, url: string) {
  const context = await browser.newContext({ locale: 'fr' })
  try {
    const page = await context.newPage()
    const cdp = await context.newCDPSession(page)
    await cdp.send('Network.enable')
    const own = new Set<string>()
    let bytes = 0
    let elsewhere = 0
    cdp.on('Network.requestWillBeSent', ({ requestId, request }) => {
      if (request.url.startsWith(new URL(url).origin)) own.add(requestId)
      else if (request.url.startsWith('http')) elsewhere++
    })
    cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      if (own.has(requestId)) bytes += encodedDataLength
    })
    await page.goto(url, { waitUntil: 'networkidle' })
    return { bytes, requests: own.size, elsewhere }
  } finally {
    await context.close()
  }
}

async function measureJourneys(settings: Settings, browser: Browser, commons: Commons): Promise<Section> {
  const figures: Figure[] = []
  for (const line of settings.quick ? lines.slice(0, 1) : lines) {
    settings.say(`journey on ${line.name}`)
    for (const { what, paint, load } of await journey(browser, commons, line)) {
      figures.push({
        what: `${line.name}: ${what}`,
        own: `${digits(paint / 1000)} s`,
        beside: `${digits(load / 1000)} s`,
        ratio: '',
        goal: '',
        holds: null,
      })
    }
  }
  return {
    title: 'A journey on slow lines',
    explanation:
      'From the door of a network through a search to an item, beginning with an empty cache: time to the first ' +
      'contentful paint and to the end of loading. The line is emulated by Chromium (slow 3G: 400 ms and 400 kbit/s; ' +
      '2G: 800 ms and 50 kbit/s); the delay counts once a request, setting up a connection is not counted.',
    columns: ['step', 'first paint', 'loaded', '', 'goal'],
    figures,
  }
}

async function journey(browser: Browser, commons: Commons, line: Line) {
  const context = await browser.newContext({ locale: 'fr' })
  context.setDefaultTimeout(120_000)
  try {
    const page = await context.newPage()
    const cdp = await context.newCDPSession(page)
    await cdp.send('Network.enable')
    const throughput = line.bitsPerSecond / 8
    await cdp.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: line.latency,
      downloadThroughput: throughput,
      uploadThroughput: throughput,
    })
    await page.goto(commons.served.origin + home)
    const steps = [{ what: 'a network', ...(await timesOf(page)) }]

    const word = new URLSearchParams(commons.paths.search[4]?.split('?')[1]).get('q') ?? ''
    const field = page.locator('input[name=q]').first()
    await field.fill(word)
    await Promise.all([page.waitForURL(/[?&]q=/), field.press('Enter')])
    steps.push({ what: 'search', ...(await timesOf(page)) })

    const hit = page.locator('ol.hits a').first()
    await Promise.all([page.waitForURL(url => url.search === ''), hit.click()])
    steps.push({ what: 'item', ...(await timesOf(page)) })
    return steps
  } finally {
    await context.close()
  }
}

/** Milliseconds since the visitor asked. */
async function timesOf(page: Page): Promise<{ paint: number; load: number }> {
  await page.waitForLoadState('load')
  const handle = await page.waitForFunction(() => {
    const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
    const [paint] = performance.getEntriesByName('first-contentful-paint')
    if (!navigation || navigation.loadEventEnd === 0 || !paint) return null
    return { paint: paint.startTime, load: navigation.loadEventEnd }
  })
  return (await handle.jsonValue()) ?? { paint: Number.NaN, load: Number.NaN }
}
