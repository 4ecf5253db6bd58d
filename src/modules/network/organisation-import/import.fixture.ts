import { expect } from 'vitest'
import type { TestApp } from '../../../../test/app.ts'
import { aPerson, type TestNetwork, type TestPerson } from '../../../../test/factories.ts'

/** Someone at the pages of imports, as a browser asks for them. */
export function importing(site: TestApp, network: TestNetwork, who: TestPerson) {
  const headers = { cookie: who.cookie, origin: 'http://localhost' }
  const upload = (name: string, content: Buffer) => {
    const body = new FormData()
    body.set('file', new File([new Uint8Array(content)], name))
    return site.app.request(`/fr/${network.slug}/organisations/imports`, { method: 'POST', body, headers })
  }
  return {
    upload,
    /** @returns where the import is */
    async send(name: string, content: Buffer): Promise<string> {
      const response = await upload(name, content)
      expect(response.status).toBe(303)
      return response.headers.get('location') ?? ''
    },
    async read(path: string): Promise<string> {
      const response = await site.get(path, { cookie: who.cookie })
      expect(response.status).toBe(200)
      return response.text()
    },
    async post(path: string, fields: Record<string, string>): Promise<Response> {
      const response = await site.app.request(path, {
        method: 'POST',
        body: new URLSearchParams(fields),
        headers,
      })
      expect(response.status).toBeLessThan(500)
      return response
    },
  }
}

interface Kept {
  name: string
  kind: string | null
  size_class: string | null
  sector: string | null
  address: string
  town: string
  website: string | null
  valid_from: string
  identifiers: string[]
  people: string[]
}

/** What a network holds, without ids. */
export async function contentOf(
  { database }: TestApp,
  network: TestNetwork,
): Promise<{ organisations: Kept[]; people: number }> {
  const organisations = await database.asOwner<Kept>(
    `select o.name, o.kind, o.size_class, o.sector, o.address, o.town, o.website, m.valid_from::text,
       array(select scheme || ' ' || value from organisation_identifier where organisation_id = o.id order by 1) as identifiers,
       array(select p.name || coalesce(' <' || p.email || '>', '') || coalesce(' ' || nullif(d.title, ''), '')
         from mandate d join person p on p.network_id = d.network_id and p.id = d.person_id
         where d.network_id = m.network_id and d.organisation_id = o.id order by 1) as people
     from membership m join organisation o on o.id = m.organisation_id where m.network_id = $1
     order by o.name collate name_order`,
    [network.id],
  )
  const [people] = await database.asOwner<{ count: number }>(
    'select count(*)::integer as count from person where network_id = $1',
    [network.id],
  )
  return { organisations, people: people?.count ?? 0 }
}

/** Somebody is entrusted with something for an organisation. */
export async function addMandate(site: TestApp, network: TestNetwork, organisation: string): Promise<void> {
  const [row] = await site.database.asOwner<{ id: string }>(
    `select o.id from organisation o join membership m on m.organisation_id = o.id where m.network_id = $1 and o.name = $2`,
    [network.id, organisation],
  )
  await aPerson(site.database, network, 'member', { organisationId: row?.id ?? '' })
}
