import { utils, type WorkSheet, write } from '@e965/xlsx'

/**
 * Ten organisations as the facilitator of an invented network keeps them: a title over all columns, two lines of
 * headings with merged cells, one organisation on two lines, numbers that lost their zeros, a formula, a total.
 */
export function capRseWorkbook(bookType: 'xlsx' | 'xls' | 'ods' = 'xlsx'): Buffer {
  const sheet = utils.aoa_to_sheet([
    ['CAP RSE Occitanie – adhérents 2026 (mise à jour : Lucie)'],
    [],
    ['Structure', '', '', '', '', 'Implantation', '', 'Contact', '', '', 'Adhésion'],
    ['Nom', 'Type', 'Effectif', 'Code APE', 'SIRET', 'CP', 'Ville', 'Nom', 'Fonction', 'Mail', ''],
    [
      'Biscuiterie du Lauragais',
      'SAS',
      34,
      '10.72Z',
      55210055400013,
      31250,
      'REVEL',
      'Anne Delmas',
      'DRH',
      'a.delmas@biscuiterie-lauragais.example',
      46023,
    ],
    ['', '', '', '', '', '', '', 'Marc Fabre', 'Directeur', 'm.fabre@biscuiterie-lauragais.example', ''],
    [
      'Menuiserie Cazaux & Fils',
      'SARL',
      '10-49 salariés',
      '43.32A',
      '',
      31000,
      'Toulouse Cedex 4',
      'Jean Cazaux',
      'Gérant',
      'cazaux@orange.fr',
      46023,
    ],
    [
      'La Ruche des Possibles',
      'association loi 1901',
      6,
      '94.99Z',
      '',
      31000,
      '31000 Toulouse',
      'Inès Navarro',
      'Coordinatrice',
      'ines@ruche-possibles.example ; contact@ruche-possibles.example',
      '15/03/2025',
    ],
    [
      'Scop Tarn Énergies',
      'Scop',
      'PME',
      '35.11Z',
      '',
      81000,
      'Albi',
      'Paul Roques',
      '',
      'paul.roques@tarn-energies.example',
      '',
    ],
    ['Entreprises du Gers'],
    [
      'Vignobles Saint-Mont',
      'coopérative',
      120,
      '11.02B',
      '',
      32400,
      'Saint-Mont',
      '',
      '',
      'helene.dupuy@saint-mont.example',
      46110,
    ],
    [],
    [
      'Ville de Muret',
      'collectivité',
      '250+',
      '84.11Z',
      '',
      31600,
      'Muret',
      'Service DD',
      '',
      'dd@muret.example',
      '',
    ],
    [
      'Cabinet Orénoque Conseil',
      'consultante',
      1,
      '70.22Z',
      '',
      34000,
      'Montpellier',
      'Claire Bonnet',
      'Fondatrice',
      'claire@orenoque.example',
      46150,
    ],
    [
      'Mutuelle Pays d’Oc',
      'Mutuelle',
      '20-99',
      '65.12Z',
      '',
      34000,
      'Montpellier',
      'Samir Benali',
      'RSE',
      'samir.benali@paysdoc.example',
      '',
    ],
    [
      'Lycée agricole de Castelnaudary',
      'Lycée',
      80,
      '85.31Z',
      '',
      11400,
      'Castelnaudary',
      'N. Calvet',
      'Proviseure',
      'pas de mail',
      '',
    ],
    [
      'Fondation Garonne Vivante',
      'Fondation',
      '',
      '',
      '',
      31000,
      'Toulouse',
      'Odile Rey',
      'Déléguée',
      'odile@garonne-vivante.example',
      '',
    ],
    ['TOTAL', '', 262],
    ['* effectifs déclarés par les adhérents'],
  ])
  sheet['!merges'] = [
    range(0, 0, 0, 10),
    range(2, 0, 2, 4),
    range(2, 5, 2, 6),
    range(2, 7, 2, 9),
    range(2, 10, 3, 10),
    range(4, 0, 5, 0),
    range(9, 0, 9, 10),
  ]
  for (const address of ['K5', 'K7', 'K11', 'K14']) dated(sheet, address)
  sheet.E5 = { t: 'n', v: 55210055400013 }
  sheet.C18 = { t: 'n', v: 262, f: 'SUM(C5:C17)' }
  const notes = utils.aoa_to_sheet([['Notes de travail'], ['à relancer : Muret']])
  const book = utils.book_new()
  utils.book_append_sheet(book, notes, 'Notes')
  utils.book_append_sheet(book, sheet, 'Adhérents')
  utils.book_append_sheet(book, utils.aoa_to_sheet([['Nom'], ['Ancien adhérent']]), 'Archives')
  book.Workbook = { Sheets: [{}, {}, { Hidden: 1 }] }
  return write(book, { type: 'buffer', bookType }) as Buffer
}

function range(top: number, left: number, bottom: number, right: number) {
  return { s: { r: top, c: left }, e: { r: bottom, c: right } }
}

/** A day of the year 2026, as a spreadsheet keeps it. */
function dated(sheet: WorkSheet, address: string): void {
  const cell = sheet[address]
  if (cell) cell.z = 'dd/mm/yyyy'
}
