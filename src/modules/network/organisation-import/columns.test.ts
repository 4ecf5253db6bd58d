import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fieldOf, isHeading, planColumns } from '#modules/network/organisation-import/columns.ts'
import { prepareLine, prepareLines, readDay } from '#modules/network/organisation-import/lines.ts'
import { readRegistered } from '#modules/network/organisation-import/numbers.ts'
import { meaningOf, readSize, sizeOf } from '#modules/network/organisation-import/values.ts'
import { type ColumnField, columnFields, foldedWords } from '#modules/network/organisation-import/words.ts'
import '../../../../test/fast-check.ts'

describe('columns by their headings', () => {
  test.each<[string, ColumnField | null]>([
    ['Raison sociale', 'name'],
    ['NOM DE LA STRUCTURE *', 'name'],
    ['Nom (ou raison sociale)', 'name'],
    ['Razón social', 'name'],
    ['Nome da organização', 'name'],
    ['Organisation name', 'name'],
    ['N° SIRET', 'siret'],
    ['Nb de salariés (ETP)', 'sizeClass'],
    ['Code APE / NAF', 'sector'],
    ['C.P.', 'postcode'],
    ['Ville', 'town'],
    ['Site Internet', 'website'],
    ['Adresse e-mail', 'contactEmail'],
    ['Adresse de courriel', 'contactEmail'],
    ['E-mail du contact', 'contactEmail'],
    ['Contact – Nom', 'contactName'],
    ['Structure – Nom', 'name'],
    ['Référent RSE – Fonction', 'contactTitle'],
    ['Contacto – Correo electrónico', 'contactEmail'],
    ['Date d’adhésion', 'since'],
    ['Niveau d’engagement', 'engagement'],
    ['País', 'country'],
    ['Cotisation 2025', null],
    ['', null],
  ])('%s', (heading, field) => {
    expect(fieldOf(heading)).toBe(field)
  })

  test('and by what stands in them, where headings say nothing or mislead', () => {
    const headings = ['Structure', 'Col. 2', 'Contact', 'Remarques', 'Col. 5']
    const samples = [
      ['Alpha', 'Beta'],
      ['552 100 554 00013', '73282932000074'],
      ['a@exemple.org', 'b@exemple.org'],
      ['à relancer'],
      ['France', 'Espagne'],
    ]
    expect(planColumns(headings, samples)).toEqual(['name', 'siret', 'contactEmail', null, 'country'])
  })

  test('what somebody said once counts before all', () => {
    const remembered = new Map([
      ['remarques', 'reference'],
      ['ville', ''],
    ])
    const plan = planColumns(['Nom', 'Ville', 'Remarques'], [['A'], ['Albi'], ['x']], remembered)
    expect(plan).toEqual(['name', null, 'reference'])
  })

  test('without a heading the first column of words names', () => {
    expect(
      planColumns(
        ['', ''],
        [
          ['Alpha', 'Beta', 'Gamma'],
          ['31000', '81000', '32000'],
        ],
      ),
    ).toEqual(['name', null])
  })

  test('whatever the headings, each field is taken once, but those of people', () => {
    const heading = fc.oneof(
      fc.string(),
      fc.constantFrom('Nom', 'Ville', 'Mail', 'Contact', 'Prénom', 'SIRET', 'Organisation'),
    )
    const column = fc.tuple(heading, fc.array(fc.string({ minLength: 1 }), { maxLength: 4 }))
    fc.assert(
      fc.property(fc.array(column, { maxLength: 12 }), columns => {
        const plan = planColumns(
          columns.map(([text]) => text),
          columns.map(([, values]) => values),
        )
        expect(plan).toHaveLength(columns.length)
        const fields = plan.filter(field => field !== null && !field.startsWith('contact'))
        expect(new Set(fields).size).toBe(fields.length)
        for (const field of plan) expect(field === null || columnFields.includes(field)).toBe(true)
        for (const [text] of columns) expect(typeof isHeading(text)).toBe('boolean')
      }),
    )
  })
})

describe('values', () => {
  test.each([
    ['12', 'small'],
    ['1 250', 'large'],
    ['10-49 salariés', 'small'],
    ['de 10 à 50', 'small'],
    ['50 à 250', 'medium'],
    ['< 10', 'micro'],
    ['moins de 10 salariés', 'micro'],
    ['0', 'micro'],
    ['9,5', 'micro'],
    ['250+', 'large'],
    ['plus de 250', 'large'],
    ['PME', 'small'],
    ['ETI', 'large'],
    ['grande entreprise (GE)', 'large'],
    ['20-99', null],
    ['< 50', null],
    ['50+', null],
    ['beaucoup', null],
  ])('size %s', (written, size) => {
    expect(readSize(written)).toBe(size)
  })

  test('the classes have no gap', () => {
    fc.assert(
      fc.property(fc.nat(10_000), count => {
        expect(readSize(String(count))).toBe(sizeOf(count))
        expect(readSize(`${count} salariés`)).toBe(sizeOf(count))
      }),
    )
  })

  test.each([
    ['kind', 'SARL', 'company'],
    ['kind', 'Association (loi 1901)', 'association'],
    ['kind', 'Ayuntamiento', 'public_body'],
    ['kind', 'S.C.O.P.', 'cooperative'],
    ['country', 'Côte d’Ivoire', 'CI'],
    ['country', 'Espanha', 'ES'],
    ['country', 'n.c.', ''],
    ['sector', '2042Z', 'naf2:20.42Z'],
    ['engagement', 'Niveau 3', '3'],
    ['engagement', 'en route', null],
  ] as const)('%s %s', (field, written, meaning) => {
    expect(meaningOf(field, written)).toBe(meaning)
  })

  test('a meaning somebody gave', () => {
    expect(meaningOf('sizeClass', '20-99', { sizeClass: { [foldedWords('20-99')]: 'medium' } })).toBe(
      'medium',
    )
  })

  test('numbers that a spreadsheet took for numbers', () => {
    expect(readRegistered('siren', '057201200')).toBeNull()
    expect(readRegistered('siret', '552 100 554 00013')).toEqual({
      scheme: 'siret',
      value: '55210055400013',
      padded: false,
    })
    expect(readRegistered('siren', '55210055400013')).toMatchObject({ scheme: 'siret' })
    // Of one that began with two zeros.
    expect(readRegistered('siren', '5720784')).toEqual({ scheme: 'siren', value: '005720784', padded: true })
    expect(readRegistered('siret', '5,52E+13')).toBeNull()
    expect(readRegistered('vat', 'FR 83 404 833 048')).toMatchObject({
      scheme: 'vat',
      value: 'FR83404833048',
    })
  })

  test.each([
    ['2026-01-05', '2026-01-05'],
    ['5/1/2026', '2026-01-05'],
    ['05.01.26', '2026-01-05'],
    ['2019', '2019-01-01'],
    ['31/02/2026', null],
    ['bientôt', null],
    ['sept. 2024', '2024-09-01'],
    ['1er mars 2025', '2025-03-01'],
    ['15-févr-25', '2025-02-15'],
    ['3 de diciembre de 2024', '2024-12-03'],
    ['1º de março de 2025', '2025-03-01'],
    ['juillet 2023', '2023-07-01'],
    ['30 février 2025', null],
    ['09/2024', '2024-09-01'],
    ['depuis 2024', null],
  ])('day %s', (written, day) => {
    expect(readDay(written)).toBe(day)
  })
})

describe('lines', () => {
  const plan = {
    headings: ['Nom', 'Ville', 'Effectif', 'Prénom', 'Nom', 'Mail', 'SIREN'],
    columns: ['name', 'town', 'sizeClass', 'contactFirstName', 'contactLastName', 'contactEmail', 'siren'],
    words: {},
  } satisfies Parameters<typeof prepareLine>[2]

  test('what is wrong is said with its column, and the rest goes on', () => {
    const found = prepareLine(
      { line: 7, cells: ['Alpha', '31000 Toulouse Cedex 9', 'quelques', 'Anne', 'Roux', 'anne(at)x', '123'] },
      [{ line: 7, column: 6, code: 'rounded', detail: '1234567890123456' }],
      plan,
    )
    expect(found.refused).toBe(false)
    expect(found.draft).toMatchObject({
      organisation: { name: 'Alpha', town: 'Toulouse', address: '31000', size_class: null },
      identifiers: [],
      contacts: [{ name: 'Anne Roux', email: null }],
    })
    expect(found.problems.map(({ column, code }) => [column, code])).toEqual([
      ['SIREN', 'identifier-rounded'],
      ['Effectif', 'size-unknown'],
      ['Mail', 'email-wrong'],
    ])
  })

  test('lines that tell more of the same organisation are one', () => {
    const records = [
      { line: 2, cells: ['Alpha', 'Albi', '3', 'Anne', 'Roux', 'anne@alpha.example'] },
      { line: 3, cells: ['', '', '', 'Marc', 'Blin', 'marc@alpha.example'] },
      { line: 4, cells: ['ALPHA', '', '', 'Anne', 'Roux', 'anne@alpha.example'] },
      { line: 5, cells: ['Alpha', 'Auch'] },
      { line: 6, cells: ['', '', '12'] },
    ]
    const found = [...prepareLines({ records }, [], plan)]
    expect(found.map(({ line, refused, draft }) => [line, refused, draft.contacts.length])).toEqual([
      [2, false, 2],
      [5, false, 0],
      [6, true, 0],
    ])
  })

  test('people who stand twice, without a name, with two addresses', () => {
    const two = {
      headings: ['Nom', 'Contact 1', 'Mail 1', 'Contact 2', 'Mail 2'],
      columns: ['name', 'contactName', 'contactEmail', 'contactName', 'contactEmail'],
      words: {},
    } satisfies typeof plan | Parameters<typeof prepareLine>[2]
    const cells = ['Alpha', 'Anne Roux', 'a@x.example; b@x.example', '', 'jean-luc.martin@x.example']
    const { draft, problems } = prepareLine({ line: 2, cells }, [], two)
    expect(draft.contacts).toEqual([
      { name: 'Anne Roux', email: 'a@x.example', title: '' },
      { name: 'Jean-Luc Martin', email: 'jean-luc.martin@x.example', title: '' },
    ])
    expect(problems.map(({ code }) => code)).toEqual(['emails-several', 'contact-named'])
  })

  test.each([
    ['Mme Zoé Bélibaste', 'Zoé Bélibaste'],
    ['M. Théo Çelik', 'Théo Çelik'],
    ['MONSIEUR  Jean-Noël MARTIN <jn@x.example>', 'Jean-Noël MARTIN'],
    ['Sra. Ana Peña', 'Ana Peña'],
    ['M. et Mme Roux', 'M. et Mme Roux'],
    ['Mme', 'Mme'],
    ['Marc Msika', 'Marc Msika'],
  ])('%s is called %s', (written, name) => {
    const one = { headings: ['Nom', 'Contact'], columns: ['name', 'contactName'], words: {} } satisfies
      | typeof plan
      | Parameters<typeof prepareLine>[2]
    const { draft } = prepareLine({ line: 2, cells: ['Alpha', written] }, [], one)
    expect(draft.contacts.map(contact => contact.name)).toEqual([name])
  })

  test('whatever the cells hold, a line is read', () => {
    const cells = fc.array(
      fc.oneof(fc.string(), fc.constantFrom('1', '=1', '@', 'a@b.fr', '2026-01-01', '')),
      { maxLength: 9 },
    )
    fc.assert(
      fc.property(cells, written => {
        const { draft, refused } = prepareLine({ line: 1, cells: written }, [], plan)
        expect(refused).toBe(draft.organisation.name === '')
        expect(draft.organisation.name.length).toBeLessThanOrEqual(200)
        for (const { name } of draft.contacts) expect(name).not.toBe('')
      }),
    )
  })
})
