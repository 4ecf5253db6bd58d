import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'

export const redirectUri = 'http://localhost/api/auth/callback/openid'

export interface TestProvider {
  env: Record<string, string>
  /** Who can be signed in there, by the name they type. */
  people: Map<string, { email: string; email_verified: boolean; name: string }>
  /** Goes through the provider's own pages as this person. @returns the address it leads back to */
  pass(authorization: string, login: string): Promise<string>
  close(): Promise<void>
}

/** A real provider of identities on 127.0.0.1, with the simple pages of its development mode. */
export async function openProvider(): Promise<TestProvider> {
  const people: TestProvider['people'] = new Map()
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = new Provider(issuer, {
    clients: [{ client_id: 'cordee', client_secret: 'a secret of tests', redirect_uris: [redirectUri] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    cookies: { keys: ['keys of tests'] },
    ttl: { AccessToken: 600, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    findAccount: (_context: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, ...people.get(id) }),
    }),
  })
  server.on('request', provider.callback())
  return {
    env: {
      OIDC_ISSUER: issuer,
      OIDC_CLIENT_ID: 'cordee',
      OIDC_CLIENT_SECRET: 'a secret of tests',
      OIDC_NAME: 'Fédé',
    },
    people,
    async pass(authorization, login) {
      const cookies = new Map<string, string>()
      const ask = async (url: string, fields?: Record<string, string>) => {
        const answer = await fetch(url, {
          redirect: 'manual',
          headers: { cookie: [...cookies].map(pair => pair.join('=')).join('; ') },
          ...(fields && { method: 'POST', body: new URLSearchParams(fields) }),
        })
        for (const line of answer.headers.getSetCookie()) {
          const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s)
          cookies.set(name, value)
        }
        const leads = answer.headers.get('location')
        if (leads === null) throw new Error(`The provider answered ${answer.status}: ${await answer.text()}`)
        return new URL(leads, url).href
      }
      let url = await ask(authorization)
      for (let prompt = 'login'; !url.startsWith(redirectUri); ) {
        if (!url.includes('/interaction/')) {
          url = await ask(url)
          continue
        }
        url = await ask(url, { prompt, login, password: 'any' })
        prompt = 'consent'
      }
      return url
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
