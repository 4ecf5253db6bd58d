import { expect } from 'vitest'
import { inTenant, readTenant } from '#db/tenant.ts'
import { saveTemplate, templateOf } from '#modules/commons/templates/catalogue.ts'
import type { Template } from '#modules/commons/templates/template.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import {
  aNetwork,
  anEntry,
  aPerson,
  aToken,
  type TestNetwork,
  type TestPerson,
} from '../../../../test/factories.ts'

/** A network, its people, and what they do with templates, each by its address. */
export async function templateDoor() {
  const site: TestApp = await testApp()
  const { database } = site
  const ours: TestNetwork = await aNetwork(database)
  const member = await aPerson(database, ours, 'member')
  const facilitator = await aPerson(database, ours, 'facilitator')
  const admin = await aPerson(database, ours, 'administrator', { name: 'Ada Lune' })
  const stranger = await aPerson(database, await aNetwork(database), 'administrator')

  function see(path: string, who: TestPerson | null): Promise<Response> {
    return site.get(`/fr/${ours.slug}/${path}`, cookieOf(who))
  }

  async function post(
    path: string,
    who: TestPerson | null,
    fields: Record<string, string> | string[][] = {},
  ): Promise<Response> {
    return site.app.request(`/fr/${ours.slug}/${path}`, {
      method: 'POST',
      headers: {
        accept: 'text/html',
        'sec-fetch-site': 'same-origin',
        'content-type': 'application/x-www-form-urlencoded',
        ...cookieOf(who),
      },
      body: new URLSearchParams(fields).toString(),
    })
  }

  async function upload(text: string, fields: Record<string, string> = {}): Promise<Response> {
    const body = new FormData()
    for (const [name, value] of Object.entries(fields)) body.set(name, value)
    if (text !== '') body.set('definition', new File([text], 'modele.yaml'))
    else body.set('definition', new File([], ''))
    return site.app.request(`/fr/${ours.slug}/template-definitions`, {
      method: 'POST',
      headers: { accept: 'text/html', 'sec-fetch-site': 'same-origin', ...cookieOf(admin) },
      body,
    })
  }

  async function api(
    method: string,
    path: string,
    body: unknown,
    scope: 'templates:manage' | 'commons:contribute',
  ) {
    return site.app.request(`/api/networks/${ours.slug}/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await aToken(site.database, ours, [scope])}`,
        'content-type': 'application/json',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  }

  async function put(key: string, template: Template): Promise<void> {
    const entry = await anEntry(site.database, ours, admin, 'administrator')
    await inTenant(site.database.db, entry.tenant, trx => saveTemplate(trx, entry, { ...template, key }))
  }

  function inUse(key: string, name?: string): Promise<void> {
    return put(key, small(key, name))
  }

  async function current(key: string): Promise<Template> {
    const found = await readTenant(site.database.db, ours.inside, trx => templateOf(trx, ours.id, key))
    if (!found) throw new Error(`No template ${key}`)
    return found
  }

  function begin(key: string): Promise<Response> {
    return post(`templates/${key}/draft`, admin, { act: 'begin' })
  }

  async function revisionOf(key: string): Promise<string> {
    const [row] = await site.database.asOwner<{ revision: number }>(
      'select revision from commons_template_draft where network_id = $1 and key = $2',
      [ours.id, key],
    )
    return String(row?.revision ?? 0)
  }

  async function change(key: string, part: string, fields: Record<string, string>): Promise<Response> {
    return post(`templates/${key}/draft/parts/${part}`, admin, { ...fields, seen: await revisionOf(key) })
  }

  async function act(key: string, fields: Record<string, string>): Promise<void> {
    const done = await post(`templates/${key}/draft`, admin, { ...fields, seen: await revisionOf(key) })
    expect(done.status).toBe(303)
  }

  async function use(key: string, fields: Record<string, string> = {}): Promise<Response> {
    return post(`templates/${key}/draft/publication`, admin, { ...fields, seen: await revisionOf(key) })
  }

  return {
    ...{ site, ours, member, facilitator, admin, stranger },
    ...{ see, post, upload, api, put, inUse, current, begin, change, act, use },
  }
}

export function cookieOf(who: TestPerson | null): Record<string, string> {
  return who ? { cookie: who.cookie } : {}
}

export async function words(response: Response | Promise<Response>): Promise<string> {
  const html = await (await response).text()
  return html
    .replace(/<head>.*?<\/head>/s, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
}

export function small(key: string, name = 'Essai'): Template {
  return {
    ...{ key, version: 1, type: 'solution', name: { fr: name } },
    sections: [
      {
        key: 'beginning',
        heading: { fr: 'Pour commencer' },
        questions: [{ key: 'title', ask: { fr: 'Quel titre ?' }, answer: { kind: 'text' } }],
      },
    ],
  }
}

export function fieldsIn(html: string): string[][] {
  const form = /<form class="form".*?<\/form>/s.exec(html)?.[0] ?? ''
  const text = (written: string) =>
    written
      .replace(/&quot;/g, '"')
      .replace(/&lt;/g, '<')
      .replace(/&gt;/g, '>')
      .replace(/&#39;/g, "'")
      .replace(/&amp;/g, '&')
  const attribute = (tag: string, name: string) => new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1]
  const fields: string[][] = []
  for (const [whole] of form.matchAll(/<input\b[^>]*>|<(select|textarea)\b.*?<\/\1>/gs)) {
    const [tag = ''] = /^<[^>]*>/.exec(whole) ?? []
    const inside = whole.slice(tag.length).replace(/<\/\w+>$/, '')
    const name = attribute(tag, 'name') ?? ''
    const kind = attribute(tag, 'type')
    if (tag.startsWith('<textarea')) fields.push([name, text(inside)])
    else if (tag.startsWith('<select')) {
      const chosen = /<option [^>]*\bselected\b[^>]*>/.exec(inside)?.[0] ?? ''
      fields.push([name, text(attribute(chosen, 'value') ?? '')])
    } else if ((kind !== 'checkbox' && kind !== 'radio') || / checked\b/.test(tag))
      fields.push([name, text(attribute(tag, 'value') ?? '')])
  }
  return fields
}
