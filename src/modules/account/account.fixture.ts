import { randomBytes } from 'node:crypto'
import { Parser } from 'htmlparser2'
import { newId } from '#kernel/ids.ts'
import type { TestApp } from '../../../test/app.ts'
import type { TestDatabase } from '../../../test/database.ts'
import type { TestNetwork } from '../../../test/factories.ts'

/** Someone at a browser without scripts: keeps cookies, sends forms from our own pages. */
export interface TestBrowser {
  cookies: Map<string, string>
  get(path: string, headers?: Record<string, string>): Promise<Response>
  post(path: string, fields?: Record<string, string>, headers?: Record<string, string>): Promise<Response>
}

export const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
export const safari =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1'

export function aBrowser(site: TestApp, userAgent = firefox, cookie = ''): TestBrowser {
  const cookies = new Map<string, string>()
  for (const pair of cookie.split('; ').filter(Boolean)) cookies.set(...named(pair))
  const send = async (path: string, init: RequestInit) => {
    const headers = new Headers(init.headers)
    headers.set('user-agent', userAgent)
    if (cookies.size > 0)
      headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    const answer = await site.app.request(path, { ...init, headers })
    for (const line of answer.headers.getSetCookie()) {
      const [name, value] = named(line.split(';')[0] ?? '')
      if (value === '' || /max-age=0(;|$)/i.test(line)) cookies.delete(name)
      else cookies.set(name, value)
    }
    return answer
  }
  return {
    cookies,
    get: (path, headers = {}) => send(path, { headers: { accept: 'text/html', ...headers } }),
    post: (path, fields = {}, headers = {}) =>
      send(path, {
        method: 'POST',
        headers: {
          accept: 'text/html',
          origin: 'http://localhost',
          'sec-fetch-site': 'same-origin',
          ...headers,
        },
        body: new URLSearchParams(fields),
      }),
  }
}

/** What was written to an address, the latest first: its template and the path its link leads to. */
export async function mailTo(
  database: TestDatabase,
  address: string,
): Promise<
  {
    template: string
    locale: string
    account_id: string | null
    link: string
    params: Record<string, string>
  }[]
> {
  const rows = await database.asOwner<{
    template: string
    locale: string
    account_id: string | null
    params: Record<string, string>
    secrets: { url?: string } | null
  }>(
    'select template, locale, account_id, params, secrets from mail_message where address = $1 order by id desc',
    [address],
  )
  return rows.map(({ secrets, ...row }) => {
    const url = URL.parse(secrets?.url ?? row.params.url ?? '')
    return { ...row, link: url ? url.pathname + url.search : '' }
  })
}

/** The text of a page's main part, without its markup. */
export async function textOf(answer: Response): Promise<string> {
  const html = await answer.text()
  let text = ''
  let inside = false
  const parser = new Parser({
    onopentagname: name => {
      if (name === 'main') inside = true
    },
    ontext: data => {
      if (inside) text += data
    },
    onclosetag: name => {
      if (name === 'main') inside = false
      text += ' '
    },
  })
  parser.end(html)
  return text.replace(/\s+/g, ' ').trim()
}

/** What two answers must have in common so that nobody learns from the difference. */
export async function toldBy(answer: Response): Promise<unknown> {
  const requestId = answer.headers.get('x-request-id') ?? ''
  return {
    status: answer.status,
    headers: [...answer.headers].filter(([name]) => name !== 'x-request-id'),
    body: (await answer.text()).replaceAll(requestId, ''),
  }
}

export const password = 'un pont de corde solide'

/** Signs up and proves the address, as people do. @returns their browser, signed in */
export async function signedUp(
  site: TestApp,
  email: string,
  options: { name?: string; password?: string; userAgent?: string } = {},
): Promise<TestBrowser> {
  const browser = aBrowser(site, options.userAgent)
  const chosen = options.password ?? password
  await browser.post('/fr/account/sign-up', {
    name: options.name ?? 'Awa',
    email,
    password: chosen,
    locale: 'fr',
  })
  const [mail] = await mailTo(site.database, email)
  const token = new URLSearchParams(mail?.link.split('?')[1]).get('token') ?? ''
  const answer = await browser.post('/fr/account/verification', { token, password: chosen })
  if (answer.status !== 303)
    throw new Error(`${email} could not sign up: ${answer.status} ${await textOf(answer)}`)
  return browser
}

/** @returns the path of its page */
export async function anInvitation(site: TestApp, network: TestNetwork, email: string): Promise<string> {
  const token = randomBytes(24).toString('base64url')
  await site.database.asOwner(
    `insert into invitation (network_id, id, email, role, locale, token_hash, expires_at)
     values ($1, $2, $3, 'member', 'fr', sha256($4), now() + interval '1 day')`,
    [network.id, newId(), email, Buffer.from(token)],
  )
  return `/fr/${network.slug}/invitation/${token}`
}

/** Who the browser is signed in as, by its own account page; null when nobody. */
export async function whoIs(browser: TestBrowser): Promise<string | null> {
  const answer = await browser.get('/fr/account/data')
  if (answer.status !== 200) return null
  return /<nav class="account"[^>]*><a [^>]*>([^<]*)</.exec(await answer.text())?.[1] ?? null
}

function named(pair: string): [string, string] {
  const at = pair.indexOf('=')
  return [pair.slice(0, at), pair.slice(at + 1)]
}
