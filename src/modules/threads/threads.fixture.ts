import { inTenant } from '#db/tenant.ts'
import type { ThreadSubject } from '#http/module.ts'
import { newId } from '#kernel/ids.ts'
import type { Entry } from '#modules/network/index.ts'
import { say } from '#modules/threads/messages.ts'
import { openThread } from '#modules/threads/opening.ts'
import { messageInput } from '#modules/threads/schema.ts'
import type { TestApp } from '../../../test/app.ts'

/** Something to speak about, of tests alone: who is in it reads and writes, and nobody else knows of it. */
export interface TestSubject {
  id: string
  networkId: string
  title: string
  people: Set<string>
  runners: Set<string>
}

const subjects = new Map<string, TestSubject>()

export const testSubject: ThreadSubject = {
  async find(_trx, { network, personId }, id) {
    const subject = subjects.get(id)
    if (!subject || subject.networkId !== network.id || personId === null) return null
    if (!subject.people.has(personId) && !subject.runners.has(personId)) return null
    return {
      title: subject.title,
      address: locale => `/${locale}/${network.slug}`,
      mayWrite: true,
      mayRun: subject.runners.has(personId),
    }
  },
  async audience(_trx, networkId, id) {
    const subject = subjects.get(id)
    return subject?.networkId === networkId ? [...subject.people] : []
  },
}

export const threadSubjects = { test: testSubject }

export function aSubject(networkId: string, people: string[], more: Partial<TestSubject> = {}): TestSubject {
  const subject = {
    id: newId(),
    networkId,
    title: 'Sobriété',
    people: new Set(people),
    runners: new Set<string>(),
    ...more,
  }
  subjects.set(subject.id, subject)
  return subject
}

/** Says something as the pages do. @returns the id of the message */
export function said(
  site: TestApp,
  entry: Entry,
  subject: { id: string },
  input: { body: string; called?: string[]; answers?: string },
): Promise<string> {
  const { answers = null, ...given } = input
  return inTenant(site.database.db, entry.tenant, async trx => {
    const thread = await openThread(trx, site.services.threadSubjects, entry, {
      type: 'test',
      id: subject.id,
    })
    const { id } = await say(trx, site.services.threadSubjects, entry, thread, messageInput.parse(given), {
      parentId: answers,
      linkOrigin: 'https://cordee.example',
    })
    if (!id) throw new Error('Nothing was said')
    return id
  })
}
