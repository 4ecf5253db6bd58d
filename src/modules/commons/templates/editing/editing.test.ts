import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import { shippedTemplate } from '#modules/commons/templates/shipped.ts'
import { createDocument } from '#modules/commons/writing/documents.ts'
import { anEntry } from '../../../../../test/factories.ts'
import { fieldsIn, small, templateDoor, words } from '../template-pages.fixture.ts'

let door: Awaited<ReturnType<typeof templateDoor>>

beforeAll(async () => {
  door = await templateDoor()
})

afterAll(() => door.site.close())

describe('changing a template that comes with the program', () => {
  test('from beginning to use: a question added, moved, changed, one removed', async () => {
    expect((await door.begin('weak-signal')).headers.get('location')).toContain(
      '/templates/weak-signal/draft',
    )
    expect(await words(door.see('templates/weak-signal', door.member))).not.toContain(
      'en cours de modification',
    )
    // A choice says first what it is, then what one can choose.
    const question = {
      'ask-fr': 'Est-ce rassurant ?',
      'ask-en': 'Is it reassuring?',
      kind: 'choice',
      shown: 'rich',
    }
    const asked = await door.change('weak-signal', 'meaning?new=question', question)
    expect(asked.status).toBe(422)
    expect(await asked.clone().text()).toContain('name="options-fr"')
    expect(await words(asked)).toContain('Précisez maintenant')
    const added = await door.change('weak-signal', 'meaning?new=question', {
      ...{ ...question, shown: 'choice', many: 'on', required: 'public', how: 'any' },
      'options-fr': 'oui: Oui\nPas du tout',
      'options-en': 'oui: Yes',
      when: 'horizon|is|now',
    })
    expect(added.headers.get('location')).toMatch(/draft#meaning\.est-ce-rassurant$/)
    await door.act('weak-signal', { act: 'up', part: 'meaning.est-ce-rassurant' })
    await door.act('weak-signal', { act: 'remove', part: 'signal.evidence' })
    const preview = await words(door.see('templates/weak-signal/draft/publication', door.admin))
    expect(preview).toMatch(/Questions ajoutées Est-ce rassurant/)
    expect(preview).toMatch(/Questions retirées Preuves/)
    expect(preview).toContain('Posée si « Horizon » est « Maintenant »')
    // Nothing changes before it is put into use.
    expect((await door.current('weak-signal')).version).toBe(1)
    const used = await door.use('weak-signal')
    expect(used.headers.get('location')).toContain('/templates/weak-signal?done=template-in-use')
    const template = await door.current('weak-signal')
    expect(template.version).toBe(2)
    const [signal, meaning] = template.sections
    expect(signal?.questions.map(({ key }) => key)).not.toContain('evidence')
    expect(meaning?.questions.at(-2)).toEqual({
      key: 'est-ce-rassurant',
      ask: { fr: 'Est-ce rassurant ?', en: 'Is it reassuring?' },
      answer: {
        kind: 'choice',
        many: true,
        options: [
          { key: 'oui', label: { fr: 'Oui', en: 'Yes' } },
          { key: 'pas-du-tout', label: { fr: 'Pas du tout' } },
        ],
      },
      when: { question: 'horizon', is: ['now'] },
      required: 'public',
    })
    const page = await words(door.see('templates/weak-signal', door.member))
    expect(page).toContain('Version 2, en usage')
    expect(page).toMatch(/Version 2 En usage · Ada Lune · .*Version 1 Fourni avec Cordée/)
  })

  test('an old version is seen, compared, and taken up again as a new one', async () => {
    await door.inUse('restored', 'Premier')
    await door.begin('restored')
    await door.change('restored', '-', { 'name-fr': 'Second' })
    await door.use('restored')
    const old = await words(door.see('templates/restored/versions/1', door.admin))
    expect(old).toContain('Premier')
    expect(old).toContain('la version 2 est en usage')
    const second = await words(door.see('templates/restored/versions/2', door.member))
    expect(second).toContain('De la version 1 à la version 2')
    expect(second).toContain('Le nom, la description ou une section ont changé.')
    expect(await words(door.see('templates/restored/versions/1?with=2', door.member))).toContain(
      'De la version 2 à la version 1',
    )
    await door.act('restored', { act: 'begin', version: '1', replace: 'on' })
    await door.use('restored')
    expect(await door.current('restored')).toMatchObject({ version: 3, name: { fr: 'Premier' } })
  })

  test('what an editor saw is what they change: two at once are told', async () => {
    await door.inUse('twice')
    await door.begin('twice')
    const fields = { 'name-fr': 'Le mien', seen: '1' }
    expect((await door.post('templates/twice/draft/parts/-', door.admin, fields)).status).toBe(303)
    expect(
      (await door.post('templates/twice/draft/parts/-', door.admin, { ...fields, 'name-fr': 'Le sien' }))
        .status,
    ).toBe(422)
    expect(await words(door.see('templates/twice/draft', door.admin))).toContain('Le mien')
    // Another version came into use meanwhile, by another way.
    await door.put('twice', { ...small('twice', 'Par ailleurs') })
    expect(await words(door.see('templates/twice/draft/publication', door.admin))).toContain(
      'Une autre version est entrée en usage',
    )
    expect((await door.use('twice')).status).toBe(422)
    expect(await door.current('twice')).toMatchObject({ version: 2, name: { fr: 'Par ailleurs' } })
    await door.act('twice', { act: 'discard' })
    expect((await door.see('templates/twice/draft', door.admin)).status).toBe(404)
  })
})

test('a question that pages answer goes only when that is confirmed, told before it goes', async () => {
  const { site, ours, admin } = door
  await door.inUse('answered')
  await door.begin('answered')
  const note = { 'ask-fr': 'Quelle note ?', key: 'note', kind: 'rich', shown: 'rich', how: 'all' }
  await door.change('answered', 'beginning?new=question', note)
  await door.use('answered')
  const entry = await anEntry(site.database, ours, admin, 'administrator')
  const template = await door.current('answered')
  const id = await inTenant(site.database.db, entry.tenant, trx =>
    createDocument(trx, entry, { template, language: 'fr', title: 'Une page' }),
  )
  await site.database.asOwner(
    `insert into commons_answer (network_id, document_id, path, value, revision) values ($1, $2, 'note', '"Oui"', 1)`,
    [ours.id, id],
  )
  await door.begin('answered')
  await door.act('answered', { act: 'remove', part: 'beginning.note' })
  const told = await words(door.see('templates/answered/draft/publication', admin))
  expect(told).toContain('Une page répond à des questions qui ne seront plus posées.')
  expect(told).toContain('« Quelle note ? » : 1 page')
  const refused = await door.use('answered')
  expect(refused.status).toBe(422)
  expect(await words(refused)).toContain('Sans cette confirmation, rien n’est mis en usage.')
  const put = await door.api('PUT', 'templates/answered', small('answered'), 'templates:manage')
  expect(await put.json()).toMatchObject({
    status: 422,
    errors: [{ field: 'confirmed', message: expect.stringMatching(/^(?:Une page|One page).*note/s) }],
  })
  expect((await door.current('answered')).version).toBe(2)
  expect((await door.use('answered', { confirmed: 'on' })).status).toBe(303)
  expect((await door.current('answered')).sections[0]?.questions.map(({ key }) => key)).toEqual(['title'])
  const kept = await site.database.asOwner('select value from commons_answer where document_id = $1', [id])
  expect(kept).toEqual([{ value: 'Oui' }])
})

describe('what does not hold together', () => {
  test('a condition that refers to itself, or to what was removed, is said and leads to where it is mended', async () => {
    await door.inUse('circles')
    await door.begin('circles')
    const rich = { kind: 'rich', shown: 'rich', how: 'all' }
    await door.change('circles', 'beginning?new=question', { ...rich, 'ask-fr': 'Première ?', key: 'first' })
    await door.change('circles', 'beginning?new=question', {
      ...rich,
      'ask-fr': 'Seconde ?',
      key: 'second',
      when: 'first|answered',
    })
    await door.change('circles', 'beginning.first', {
      ...rich,
      'ask-fr': 'Première ?',
      key: 'first',
      when: 'second|unanswered',
    })
    const draft = await door.see('templates/circles/draft', door.admin)
    const html = await draft.text()
    expect(html).toMatch(/(?:Première|Seconde) \? → (?:Première|Seconde) \? → (?:Première|Seconde) \?/)
    expect(html).toMatch(/href="[^"]*parts\/beginning\.(?:first|second)">[^<]*en cercle/)
    expect((await door.use('circles')).status).toBe(422)
    await door.act('circles', { act: 'remove', part: 'beginning.first' })
    expect(await words(door.see('templates/circles/draft', door.admin))).toContain(
      'nomme la question « first », qui n’existe pas',
    )
    expect(await words(door.see('templates/circles/draft/publication', door.admin))).not.toContain(
      'Mettre en usage « »',
    )
    expect((await door.use('circles')).status).toBe(422)
    expect((await door.current('circles')).version).toBe(1)
  })

  test('what was typed comes back beside what is wrong with it', async () => {
    await door.inUse('typed')
    await door.begin('typed')
    const empty = await door.change('typed', 'beginning?new=question', {
      kind: 'rich',
      shown: 'rich',
      'help-fr': 'Une aide',
    })
    expect(empty.status).toBe(422)
    const html = await empty.text()
    expect(html).toContain('Une aide')
    expect(html).toMatch(/id="field-ask-fr-error"/)
    const taken = await door.change('typed', 'beginning?new=question', {
      'ask-fr': 'Titre',
      key: 'title',
      kind: 'rich',
      shown: 'rich',
    })
    expect(await words(taken)).toContain('« title » est déjà le nom court d’une autre question')
    const wrong = await door.change('typed', 'beginning?new=question', {
      'ask-fr': 'Titre',
      key: 'Un Titre',
      kind: 'rich',
      shown: 'rich',
    })
    expect(await words(wrong)).toContain('ne peut pas servir de nom')
    const options = { 'ask-fr': 'Quoi ?', kind: 'choice', shown: 'choice', 'options-fr': '' }
    expect(await words(door.change('typed', 'beginning?new=question', options))).toContain(
      'au moins un élément',
    )
  })

  test('questions of a group, sections and the template itself', async () => {
    await door.inUse('parts')
    await door.begin('parts')
    await door.change('parts', '-?new=section', { 'heading-fr': 'Partenaires', repeated: '', closing: 'on' })
    const rich = { kind: 'rich', shown: 'rich', how: 'all' }
    await door.change('parts', 'partenaires?new=question', {
      ...rich,
      kind: 'group',
      'ask-fr': 'Avec qui ?',
      key: 'with',
    })
    // What asks nothing yet says so, by its name, and leads to where it is filled.
    const unfilled = await (await door.see('templates/parts/draft', door.admin)).text()
    expect(unfilled).toMatch(
      /parts\/partenaires\.with\?new=question">[^<]*Avec qui[^<]*ne pose encore aucune question/,
    )
    expect(unfilled).toMatch(
      /<details>.*?Partenaires[^<]*quitte ce brouillon[^<]*, avec la question qui s’y trouve/,
    )
    expect((await door.use('parts')).status).toBe(422)
    await door.change('parts', 'partenaires.with?new=question', {
      ...rich,
      key: 'text',
      'label-fr': 'En bref',
    })
    await door.change('parts', 'partenaires.with?new=question', {
      ...rich,
      'ask-fr': 'Quel nom ?',
      key: 'name',
    })
    await door.change('parts', '-', { 'name-fr': 'Parties', 'about-en': 'About parts' })
    await door.act('parts', { act: 'up', part: 'partenaires' })
    await door.use('parts')
    const template = await door.current('parts')
    expect(template).toMatchObject({ name: { fr: 'Parties' }, about: { en: 'About parts' } })
    expect(template.sections[0]).toEqual({
      key: 'partenaires',
      heading: { fr: 'Partenaires' },
      closing: true,
      questions: [
        {
          key: 'with',
          ask: { fr: 'Avec qui ?' },
          answer: {
            kind: 'group',
            questions: [
              { key: 'text', ask: {}, wordings: [''], label: { fr: 'En bref' }, answer: { kind: 'rich' } },
              { key: 'name', ask: { fr: 'Quel nom ?' }, answer: { kind: 'rich' } },
            ],
          },
        },
      ],
    })
  })

  test('every part of every template that comes with the program is edited without changing it', async () => {
    for (const key of ['learning-plan', 'solution', 'experiment']) {
      await door.begin(key)
      const template = shippedTemplate(key)
      const paths = (template?.sections ?? []).flatMap(section => [
        section.key,
        ...section.questions.flatMap(({ key: question, answer }) => [
          `${section.key}.${question}`,
          ...(answer.kind === 'group'
            ? answer.questions.map(inner => `${section.key}.${question}.${inner.key}`)
            : []),
        ]),
      ])
      for (const path of paths) {
        const address = `templates/${key}/draft/parts/${path}`
        const saved = await door.post(
          address,
          door.admin,
          fieldsIn(await (await door.see(address, door.admin)).text()),
        )
        expect(saved.status, address).toBe(303)
      }
      expect(await words(door.see(`templates/${key}/draft/publication`, door.admin)), key).toContain(
        'Rien n’a changé.',
      )
      await door.act(key, { act: 'discard' })
    }
  })
})
