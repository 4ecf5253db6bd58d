import { inTenant } from '#db/tenant.ts'
import { templatesOf } from '#modules/commons/templates/catalogue.ts'
import { createDocument } from '#modules/commons/writing/documents.ts'
import { saveAnswers } from '#modules/commons/writing/saving.ts'
import type { TestApp } from '../../../../test/app.ts'
import { anEntry, type TestNetwork, type TestPerson } from '../../../../test/factories.ts'

/** All a plan needs to be published. */
export const whole = { 'challenge-statement': 'L’eau manque.', themes: ['water'] }

/** A page of a template, begun by someone; answers as `saveAnswers` takes them. */
export async function aDocument(
  site: TestApp,
  network: TestNetwork,
  person: TestPerson,
  { title = 'Un plan', template: key = 'learning-plan', answers = {} as Record<string, unknown> } = {},
): Promise<string> {
  const entry = await anEntry(site.database, network, person)
  return inTenant(site.database.db, entry.tenant, async trx => {
    const template = (await templatesOf(trx, network.id)).find(one => one.key === key)
    if (!template) throw new Error(`No template ${key}`)
    const id = await createDocument(trx, entry, { template, language: 'fr', title })
    const changes = Object.entries(answers).map(([path, value]) => ({ path, value, seen: 0 }))
    const { problems } = await saveAnswers(trx, entry, id, changes)
    if (problems.length > 0) throw new Error(JSON.stringify(problems))
    return id
  })
}

/** Sends a form as a browser does. */
export function sendForm(
  site: TestApp,
  path: string,
  fields: Record<string, string | string[]>,
  person: TestPerson | null,
): Promise<Response> {
  const body = new URLSearchParams(
    Object.entries(fields).flatMap(([name, values]) => [values].flat().map(value => [name, value])),
  )
  return Promise.resolve(
    site.app.request(path, {
      method: 'POST',
      headers: {
        accept: 'text/html',
        'content-type': 'application/x-www-form-urlencoded',
        'sec-fetch-site': 'same-origin',
        ...(person && { cookie: person.cookie }),
      },
      body: body.toString(),
    }),
  )
}

/** What a page says it showed of an answer. */
export function seenOn(html: string, path: string): Record<string, string> {
  const name = `${path}.seen`
  const value = new RegExp(`name="${name.replace(/[./]/g, '\\$&')}" value="([^"]*)"`).exec(html)?.[1]
  if (value === undefined) throw new Error(`The page does not show ${path}`)
  return { [name]: value }
}

/** Mails of a template, each with whom it is for. */
export function mailsOf(site: TestApp, network: TestNetwork, template: string) {
  return site.database.asOwner<{ address: string; params: Record<string, string> }>(
    'select address, params from mail_message where network_id = $1 and template = $2 order by id',
    [network.id, template],
  )
}
