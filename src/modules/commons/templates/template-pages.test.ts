import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readDefinition } from '#modules/commons/templates/definition.ts'
import { templatesFolder } from '#modules/commons/templates/shipped.ts'
import { aNetwork, aPerson } from '../../../../test/factories.ts'
import { cookieOf, small, templateDoor, words } from './template-pages.fixture.ts'

let door: Awaited<ReturnType<typeof templateDoor>>

beforeAll(async () => {
  door = await templateDoor()
})

afterAll(() => door.site.close())

describe('who sees and who changes', () => {
  test('members see what there is; only administrators change it', async () => {
    await door.inUse('doors')
    for (const path of [
      'templates',
      'templates/doors',
      'templates/doors/versions/1',
      'templates/doors/export/template.yaml',
    ]) {
      expect((await door.see(path, null)).status, path).toBe(401)
      expect((await door.see(path, door.stranger)).status, path).toBe(403)
      expect((await door.see(path, door.member)).status, path).toBe(200)
    }
    await door.begin('doors')
    for (const path of ['draft', 'draft/parts/beginning.title', 'draft/publication']) {
      expect((await door.see(`templates/doors/${path}`, null)).status, path).toBe(401)
      expect((await door.see(`templates/doors/${path}`, door.facilitator)).status, path).toBe(403)
      expect((await door.see(`templates/doors/${path}`, door.admin)).status, path).toBe(200)
    }
    for (const path of [
      'templates',
      'template-definitions',
      'templates/doors/draft',
      'templates/doors/draft/publication',
    ]) {
      expect((await door.post(path, null)).status, path).toBe(401)
      expect((await door.post(path, door.facilitator)).status, path).toBe(403)
      expect((await door.post(path, door.stranger)).status, path).toBe(403)
    }
    expect(await words(door.see('templates', door.member))).not.toContain('Un nouveau modèle')
    expect(await words(door.see('templates', door.admin))).toContain('Un nouveau modèle')
  })

  test('a network’s own is not there for another', async () => {
    await door.inUse('secret', 'Recette secrète')
    const other = await aNetwork(door.site.database)
    const elsewhere = await aPerson(door.site.database, other, 'administrator')
    for (const path of ['', '/versions/1', '/draft', '/export/template.json'])
      expect(
        (await door.site.get(`/fr/${other.slug}/templates/secret${path}`, cookieOf(elsewhere))).status,
      ).toBe(404)
    expect(await words(door.site.get(`/fr/${other.slug}/templates`, cookieOf(elsewhere)))).not.toContain(
      'secrète',
    )
  })

  test('what there is not is not found', async () => {
    for (const path of [
      ...['templates/nothing', 'templates/solution/versions/9', 'templates/solution/versions/x'],
      ...[
        'templates/solution/draft',
        'templates/solution/export/solution.yaml',
        'templates/solution/draft/publication',
      ],
    ])
      expect((await door.see(path, door.admin)).status, path).toBe(404)
  })
})

describe('a definition in a file', () => {
  test('is looked at before it is in use', async () => {
    const yaml = readFileSync(join(templatesFolder, 'solution.yaml'), 'utf8').replace(
      'key: solution',
      'key: solution-courte',
    )
    const sent = await door.upload(yaml)
    expect(sent.headers.get('location')).toContain('/templates/solution-courte/draft/publication')
    expect(await words(door.see('templates', door.member))).not.toContain('Pas encore en usage')
    expect(await words(door.see('templates', door.admin))).toContain('Pas encore en usage')
    await door.use('solution-courte')
    const reading = readDefinition(yaml)
    expect(await door.current('solution-courte')).toEqual('template' in reading ? reading.template : null)
    const file = await door.see('templates/solution-courte/export/template.yaml', door.member)
    expect(file.headers.get('content-type')).toContain('yaml')
    expect(readDefinition(await file.text())).toEqual(reading)
  })

  test('takes the place of what somebody is at work on only when that is said', async () => {
    await door.inUse('en-chantier', 'Chantier')
    await door.begin('en-chantier')
    await door.change('en-chantier', '-', { 'name-fr': 'Travail précieux' })
    const draft = () => door.see('templates/en-chantier/export/template.yaml?version=draft', door.admin)
    const own = await (await draft()).text()
    expect(own).toContain('Travail précieux')
    expect(
      (await door.see('templates/en-chantier/export/template.yaml?version=draft', door.member)).status,
    ).toBe(404)
    const other = own.replace('Travail précieux', 'Du fichier')
    const refused = await door.upload(other)
    expect(refused.status).toBe(422)
    expect(await words(refused)).toMatch(
      /en cours de modification \(Ada Lune.*Le fichier remplacerait ce travail/,
    )
    expect(await (await draft()).text()).toBe(own)
    // The same again replaces nothing.
    expect((await door.upload(own)).status).toBe(303)
    expect((await door.upload(other, { replace: 'on' })).status).toBe(303)
    expect(await (await draft()).text()).toContain('Du fichier')
  })

  test('tells every problem, where it is and how to mend it', async () => {
    const sent = await door.upload(
      'key: x\ntype: solution\nname: { fr: X }\nsections:\n  - key: s\n    heading: { fr: S }\n    questions:\n      - { key: a, ask: { fr: A }, answer: { kind: rich }, when: { question: a, answered: true } }\n      - { key: b, ask: { fr: B }, answer: { kind: choice, options: [] } }\n',
    )
    expect(sent.status).toBe(422)
    expect(await words(sent)).toMatch(
      /Ligne 9, colonne \d+ \(sections\[0\]\.questions\[1\]\.answer\.options\)\s: la liste/,
    )
    const circle = await door.upload(
      'key: x\ntype: solution\nname: { fr: X }\nsections:\n  - key: s\n    heading: { fr: S }\n    questions:\n      - { key: a, ask: { fr: A }, answer: { kind: rich }, when: { question: a, answered: true } }\n',
    )
    expect(await words(circle)).toMatch(/Ligne 8, .*elle ne le serait jamais/)
    expect(await words(door.upload(''))).toContain('Choisissez un fichier.')
    expect(
      await words(
        door.upload(
          'key: page\ntype: solution\nname: { fr: X }\nsections:\n  - key: s\n    heading: { fr: S }\n    questions: [{ key: a, ask: { fr: A }, answer: { kind: rich } }]\n',
        ),
      ),
    ).toContain('a déjà un autre sens')
  })

  test('a new one is begun from its name', async () => {
    expect((await door.post('templates', door.admin, { name: '', type: 'solution' })).status).toBe(422)
    expect((await door.post('templates', door.admin, { name: 'Récit', type: 'blog' })).status).toBe(422)
    expect((await door.post('templates', door.admin, { name: '東京', type: 'solution' })).status).toBe(422)
    const begun = await door.post('templates', door.admin, { name: 'Récit d’ici', type: 'solution' })
    expect(begun.headers.get('location')).toContain('/templates/recit-d-ici/draft')
    expect((await door.post('templates', door.admin, { name: 'Récit d’ici', type: 'solution' })).status).toBe(
      422,
    )
    await door.use('recit-d-ici')
    expect(await door.current('recit-d-ici')).toMatchObject({
      version: 1,
      type: 'solution',
      name: { fr: 'Récit d’ici' },
    })
  })
})

describe('the API', () => {
  test('lists, gives and takes definitions', async () => {
    const { version: _, ...body } = small('by-api')
    expect((await door.api('PUT', 'templates/by-api', body, 'commons:contribute')).status).toBe(403)
    const made = await door.api('PUT', 'templates/by-api?base=0', body, 'templates:manage')
    expect([made.status, await made.json()]).toEqual([
      200,
      expect.objectContaining({ key: 'by-api', version: 1 }),
    ])
    expect((await door.api('PUT', 'templates/by-api', body, 'templates:manage')).status).toBe(422)
    const renamed = { ...body, name: { fr: 'Autre' } }
    expect((await door.api('PUT', 'templates/by-api?base=0', renamed, 'templates:manage')).status).toBe(422)
    expect((await door.api('PUT', 'templates/by-api?base=1', renamed, 'templates:manage')).status).toBe(200)
    expect((await door.api('PUT', 'templates/other', renamed, 'templates:manage')).status).toBe(422)
    const got = await door.api('GET', 'templates/by-api?version=1', undefined, 'commons:contribute')
    expect(await got.json()).toEqual(small('by-api'))
    const list = await door.api('GET', 'templates', undefined, 'commons:contribute')
    expect(await list.json()).toMatchObject({
      templates: expect.arrayContaining([expect.objectContaining({ key: 'by-api', version: 2 })]),
    })
    expect((await door.api('GET', 'templates/nothing', undefined, 'commons:contribute')).status).toBe(404)
  })

  test('says every problem by its place', async () => {
    const wrong = await door.api(
      'PUT',
      'templates/wrong',
      { ...small('wrong'), name: {}, extra: 1 },
      'templates:manage',
    )
    expect(wrong.status).toBe(422)
    expect(await wrong.json()).toMatchObject({ errors: [{ field: 'name' }, { field: 'extra' }] })
  })
})
