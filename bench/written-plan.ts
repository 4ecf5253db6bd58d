import { openDatabase } from '#db/database.ts'
import { openServer } from '#db/installation.ts'
import { inTenant } from '#db/tenant.ts'
import { readConfig } from '#kernel/config.ts'
import { keepTemplate } from '#modules/commons/templates/catalogue.ts'
import type { Template } from '#modules/commons/templates/template.ts'
import { addAuthor, createDocument } from '#modules/commons/writing/documents.ts'
import { publishDocument } from '#modules/commons/writing/publishing.ts'
import { saveAnswers } from '#modules/commons/writing/saving.ts'
import type { Entry } from '#modules/network/index.ts'
import { findNetwork } from '#modules/network/networks.ts'
import type { Commons } from './commons.ts'
import { withClient } from './database.ts'
import { type SignedIn, someMembers } from './people.ts'
import { environment } from './processes.ts'

export interface WrittenPlan {
  networkId: string
  documentId: string
  slug: string
  authors: (SignedIn & { personId: string })[]
}

/** A page of many answers in many versions, with many authors: as pages are after years of work. */
export async function aWrittenPlan(
  commons: Commons,
  { answers, versions, authors: count }: { answers: number; versions: number; authors: number },
): Promise<WrittenPlan> {
  const signedIn = await someMembers(commons.dataFolder, commons, count)
  const server = await openServer(readConfig(environment(commons.dataFolder)), { hold: false })
  const persons = await withClient(server.owner, async client => {
    const { rows } = await client.query<{ id: string; email: string }>(
      'select id, email from person where email = any ($1)',
      [signedIn.map(({ email }) => email)],
    )
    return new Map(rows.map(row => [row.email, row.id]))
  })
  const authors = signedIn.map(one => ({ ...one, personId: persons.get(one.email) ?? '' }))
  const database = openDatabase(server.app, 2)
  try {
    const network = await findNetwork(database.db, 'bench')
    const [first] = authors
    if (!network || !first) throw new Error('There is nobody to write')
    const entry: Entry = {
      network,
      tenant: { networkId: network.id, audience: 'network' },
      role: 'member',
      personId: first.personId,
      mandates: [],
      actor: { accountId: null, mandateId: null, tokenId: null, origin: 'command' },
      scopes: null,
    }
    const template = aTemplate(answers)
    const inside = <T>(work: Parameters<typeof inTenant<T>>[2]) => inTenant(database.db, entry.tenant, work)
    const documentId = await inside(async trx => {
      await keepTemplate(trx, network.id, template)
      const id = await createDocument(trx, entry, {
        template,
        language: 'fr',
        title: 'Un plan de longue haleine',
      })
      for (const { personId } of authors) await addAuthor(trx, network.id, id, personId)
      return id
    })
    let slug = ''
    for (let version = 0; version < versions; version++) {
      // All of them first, then some at each version.
      const changed = Array.from({ length: answers }, (_, index) => index).filter(
        index => version === 0 || index % versions === version,
      )
      await inside(trx =>
        saveAnswers(
          trx,
          entry,
          documentId,
          changed.map(index => ({
            path: `q${index}`,
            value: `Réponse ${index}, version ${version}. ${paragraph}`,
            seen: Number.MAX_SAFE_INTEGER,
          })),
        ),
      )
      slug = (await inside(trx => publishDocument(trx, entry, documentId, 'network'))).slug
    }
    return { networkId: network.id, documentId, slug, authors }
  } finally {
    await database.close()
  }
}

function aTemplate(questions: number): Template {
  const perSection = 20
  return {
    key: 'bench',
    version: 1,
    type: 'learningplan',
    name: { fr: 'Mesure', en: 'Bench' },
    sections: Array.from({ length: Math.ceil(questions / perSection) }, (_, section) => ({
      key: `s${section}`,
      heading: { fr: `Partie ${section + 1}`, en: `Part ${section + 1}` },
      questions: Array.from(
        { length: Math.min(perSection, questions - section * perSection) },
        (_, index) => ({
          key: `q${section * perSection + index}`,
          ask: {
            fr: `Question numéro ${section * perSection + index} ?`,
            en: `Question number ${section * perSection + index}?`,
          },
          answer: { kind: 'rich' as const },
        }),
      ),
    })),
  }
}

const paragraph =
  'Les séances de travail avec le comité ont permis de relever que plusieurs entreprises disposent de moyens. '.repeat(
    3,
  )
