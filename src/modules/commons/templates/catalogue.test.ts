import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTenant, readTenant } from '#db/tenant.ts'
import { AppError } from '#kernel/errors.ts'
import { answersLost } from '#modules/commons/templates/answers-lost.ts'
import {
  keepTemplate,
  mostTemplates,
  saveTemplate,
  templateOf,
  templatesOf,
  versionsOf,
} from '#modules/commons/templates/catalogue.ts'
import { newPage, writeAnswers } from '#modules/commons/templates/page-writing.ts'
import { shippedTemplate } from '#modules/commons/templates/shipped.ts'
import type { Template } from '#modules/commons/templates/template.ts'
import { changesBetween } from '#modules/commons/templates/template-changes.ts'
import { createDocument } from '#modules/commons/writing/documents.ts'
import type { Entry } from '#modules/network/index.ts'
import { type TestDatabase, testDatabase } from '../../../../test/database.ts'
import { aNetwork, anEntry, aPerson, type TestNetwork } from '../../../../test/factories.ts'

let database: TestDatabase
let network: TestNetwork
let entry: Entry

beforeAll(async () => {
  database = await testDatabase()
  network = await aNetwork(database)
  entry = await anEntry(database, network, await aPerson(database, network, 'administrator'), 'administrator')
})

afterAll(() => database.close())

const signal = shipped('weak-signal')

describe('which templates there are', () => {
  test('those that come with the program, until the network has its own', async () => {
    const other = await aNetwork(database)
    const own = await anEntry(
      database,
      other,
      await aPerson(database, other, 'administrator'),
      'administrator',
    )
    const before = await readTenant(database.db, own.tenant, trx => templatesOf(trx, other.id))
    expect(before.map(({ key }) => key)).toEqual(['learning-plan', 'solution', 'experiment', 'weak-signal'])
    await saved({ ...signal, name: { fr: 'Indice' } }, {}, own)
    await saved(small('recit-court'), {}, own)
    const after = await readTenant(database.db, own.tenant, trx => templatesOf(trx, other.id))
    expect(after.map(({ key, version }) => `${key} ${version}`)).toEqual([
      ...['learning-plan 2', 'solution 1', 'experiment 1', 'weak-signal 2', 'recit-court 1'],
    ])
    // Neither in another network.
    const elsewhere = await readTenant(database.db, entry.tenant, trx => templatesOf(trx, network.id))
    expect(elsewhere.find(({ key }) => key === 'weak-signal')).toEqual(signal)
    expect(elsewhere.map(({ key }) => key)).not.toContain('recit-court')
  })

  test('a version that documents are written by stays, whatever comes after', async () => {
    const older = { ...shipped('experiment'), version: 1 }
    await inTenant(database.db, entry.tenant, async trx => {
      await keepTemplate(trx, network.id, older)
      await keepTemplate(trx, network.id, { ...older, name: { fr: 'Autre' } })
    })
    const changed = { ...older, name: { fr: 'Essai' } }
    expect((await saved(changed)).version).toBe(2)
    await readTenant(database.db, entry.tenant, async trx => {
      expect(await templateOf(trx, network.id, 'experiment', 1)).toEqual(older)
      expect((await templateOf(trx, network.id, 'experiment'))?.name).toEqual({ fr: 'Essai' })
      expect(await templateOf(trx, network.id, 'experiment', 3)).toBeUndefined()
      expect(await templateOf(trx, network.id, 'nothing')).toBeUndefined()
      const { versions } = await versionsOf(trx, network.id, 'experiment')
      expect(versions.map(({ version, shipped }) => [version, shipped])).toEqual([
        [2, false],
        [1, true],
      ])
    })
  })

  test('versions come a page at a time', async () => {
    for (const name of ['Un', 'Deux', 'Trois']) await saved({ ...small('pages'), name: { fr: name } })
    await readTenant(database.db, entry.tenant, async trx => {
      const first = await versionsOf(trx, network.id, 'pages', { most: 2 })
      expect(first).toMatchObject({ versions: [{ version: 3 }, { version: 2 }], more: true })
      const next = await versionsOf(trx, network.id, 'pages', { most: 2, before: 2 })
      expect(next).toMatchObject({ versions: [{ version: 1 }], more: false })
    })
  })
})

describe('a template put into use', () => {
  test('is refused when nothing changed, another is in use by now, or its pages would be of another type', async () => {
    const first = await saved(small('refusals'))
    expect(await refusalOf({ ...first })).toMatchObject({ code: 'invalid-input', field: 'definition' })
    expect(await refusalOf({ ...first, name: { fr: 'Deux' } }, { base: 7 })).toMatchObject({ field: 'base' })
    expect(await refusalOf({ ...first, type: 'experiment' })).toMatchObject({ field: 'type' })
    expect(await refusalOf(small('page'))).toMatchObject({ field: 'key' })
  })

  test('two who put one into use at once get two versions', async () => {
    await saved(small('at-once'))
    const both = await Promise.all(
      ['Ici', 'Là'].map(name => saved({ ...small('at-once'), name: { fr: name } })),
    )
    expect(both.map(({ version }) => version).sort()).toEqual([2, 3])
  })

  test('there are only so many of a network’s own', async () => {
    const full = await aNetwork(database)
    const own = await anEntry(database, full, await aPerson(database, full, 'administrator'), 'administrator')
    for (let at = 0; at < mostTemplates; at++) await saved(small(`one-${at}`), {}, own)
    expect(await refusalOf(small('one-more'), {}, own)).toMatchObject({ field: 'key' })
    await saved({ ...small('one-1'), name: { fr: 'Changé' } }, {}, own)
  })
})

describe('a question that has answers', () => {
  test('goes only when that is confirmed, and the pages keep what was answered', async () => {
    const first = await saved(small('losing'))
    const [page, draft] = await documents(first, 2)
    if (!page || !draft) throw new Error('No documents')
    // One answered on the page itself, one in an answer not yet published; an answer taken away counts no more.
    const source = writeAnswers(
      first,
      newPage(first, 'Une page', 2026),
      new Map<string, string | string[]>([
        ['partners', ['1']],
        ['partners/1/name', 'Ada'],
        ['note', 'Une note'],
      ]),
      'fr',
    )
    await database.asOwner('update commons_document set base_source = $2 where id = $1', [page, source])
    await answered(draft, 'steps/r0000000000aa/step', '"Un pas"')
    await answered(draft, 'note', 'null')
    const without = (...keys: string[]) => ({
      ...first,
      sections: first.sections.map(section => ({
        ...section,
        questions: section.questions.flatMap(question => {
          if (keys.includes(question.key)) return []
          const { answer } = question
          if (answer.kind !== 'group') return [question]
          const questions = answer.questions.filter(({ key }) => !keys.includes(key))
          return [{ ...question, answer: { ...answer, questions } }]
        }),
      })),
    })
    const removed = changesBetween(first, without('note', 'name', 'step', 'unanswered')).removed
    expect(removed).toEqual(['note', 'partners/*/name', 'unanswered', 'steps/*/step'])
    const lost = await readTenant(database.db, entry.tenant, trx =>
      answersLost(trx, network.id, 'losing', removed),
    )
    expect(lost).toEqual({
      documents: 2,
      questions: [
        { path: 'note', documents: 1 },
        { path: 'partners/*/name', documents: 1 },
        { path: 'steps/*/step', documents: 1 },
      ],
    })
    // Nobody answered it: nothing to confirm.
    const second = await saved(without('unanswered'))
    expect(second.version).toBe(2)
    expect(await refusalOf(without('unanswered', 'note', 'step'))).toMatchObject({
      code: 'invalid-input',
      field: 'confirmed',
      params: { documents: 2, questions: 'note, steps/*/step' },
    })
    const third = await saved(without('unanswered', 'note', 'step'), { confirmed: true })
    expect(third.version).toBe(3)
    const [kept] = await database.asOwner<{ base_source: string }>(
      'select base_source from commons_document where id = $1',
      [page],
    )
    expect(kept?.base_source).toBe(source)
    expect(
      await database.asOwner('select path from commons_answer where document_id = $1 order by path', [draft]),
    ).toEqual([{ path: 'note' }, { path: 'steps/r0000000000aa/step' }])
  })
})

describe('what changes between two versions', () => {
  const first = small('changes')
  const [beginning, steps] = first.sections
  if (!beginning || !steps) throw new Error('No sections')

  test('nothing, where nothing does but the number', () => {
    expect(changesBetween(first, { ...structuredClone(first), version: 9 }).any).toBe(false)
  })

  test('each thing by what it is', () => {
    const question = { key: 'more', ask: { fr: 'Encore ?' }, answer: { kind: 'rich' as const } }
    const added = {
      ...first,
      sections: [{ ...beginning, questions: [...beginning.questions, question] }, steps],
    }
    expect(changesBetween(first, added)).toMatchObject({
      added: ['more'],
      removed: [],
      moved: false,
      any: true,
    })
    expect(changesBetween(added, first)).toMatchObject({ added: [], removed: ['more'], moved: false })
    const turned = {
      ...first,
      sections: [{ ...beginning, questions: [...beginning.questions].reverse() }, steps],
    }
    expect(changesBetween(first, turned)).toMatchObject({ moved: true, added: [], changed: [] })
    const other = {
      ...first,
      about: { fr: 'Autre chose' },
      sections: [
        {
          ...beginning,
          questions: beginning.questions.map(one =>
            one.key === 'note'
              ? { ...one, answer: { kind: 'date' as const } }
              : { ...one, help: { fr: 'Aide' } },
          ),
        },
        steps,
      ],
    }
    expect(changesBetween(first, other)).toMatchObject({
      kindChanged: [{ path: 'note', from: 'rich', to: 'date' }],
      changed: ['title', 'partners', 'unanswered'],
      framed: true,
    })
  })

  test('a question asked several times from now on is another question', () => {
    const repeated = { ...first, sections: [{ ...beginning, repeated: true }, steps] }
    const { removed, added } = changesBetween(first, repeated)
    expect(removed).toContain('note')
    expect(added).toContain('beginning/*/note')
  })
})

function shipped(key: string): Template {
  const template = shippedTemplate(key)
  if (!template) throw new Error(`No template ${key}`)
  return template
}

function small(key: string): Template {
  const rich = { kind: 'rich' as const }
  return {
    ...{ key, version: 1, type: 'solution', name: { fr: 'Essai' } },
    sections: [
      {
        key: 'beginning',
        heading: { fr: 'Pour commencer' },
        questions: [
          { key: 'title', ask: { fr: 'Quel titre ?' }, answer: { kind: 'text' } },
          { key: 'note', ask: { fr: 'Quelle note ?' }, answer: rich },
          {
            key: 'partners',
            ask: { fr: 'Avec qui ?' },
            answer: {
              kind: 'group',
              questions: [
                { key: 'name', ask: { fr: 'Quel nom ?' }, answer: { kind: 'text' } },
                { key: 'role', ask: { fr: 'Quel rôle ?' }, answer: { kind: 'text' } },
              ],
            },
          },
          { key: 'unanswered', ask: { fr: 'Et encore ?' }, answer: rich },
        ],
      },
      {
        key: 'steps',
        heading: { fr: 'Étapes' },
        repeated: true,
        questions: [
          { key: 'step', ask: { fr: 'Quel pas ?' }, answer: rich },
          { key: 'when', ask: { fr: 'Quand donc ?' }, answer: { kind: 'date' } },
        ],
      },
    ],
  }
}

function saved(
  template: Template,
  options: { base?: number; confirmed?: boolean } = {},
  by: Entry = entry,
): Promise<Template> {
  return inTenant(database.db, by.tenant, trx => saveTemplate(trx, by, template, options))
}

async function refusalOf(template: Template, options: { base?: number } = {}, by: Entry = entry) {
  const error: unknown = await saved(template, options, by).catch(caught => caught)
  if (!(error instanceof AppError)) throw new Error('It was put into use')
  return { code: error.code, field: error.fields[0]?.field, params: error.params }
}

async function documents(template: Template, count: number): Promise<string[]> {
  const ids: string[] = []
  for (let at = 0; at < count; at++)
    ids.push(
      await inTenant(database.db, entry.tenant, trx =>
        createDocument(trx, entry, { template, language: 'fr', title: `Page ${at}` }),
      ),
    )
  return ids
}

async function answered(document: string, path: string, value: string): Promise<void> {
  await database.asOwner(
    `insert into commons_answer (network_id, document_id, path, value, revision)
     values ($1, $2, $3, nullif($4::jsonb, 'null'), 1)`,
    [network.id, document, path, value],
  )
}
