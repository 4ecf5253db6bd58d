import { expect, test } from 'vitest'
import { detectLanguage } from './language.ts'

test.each([
  ['fr', 'Les vendeuses du marché trient déjà leurs déchets avant la collecte.'],
  ['en', 'Farmers of the valley save half their water with clay jars.'],
  ['es', 'Las vecinas del barrio recogen el agua de lluvia en los techos.'],
  ['pt', 'As moradoras do bairro recolhem a água da chuva nos telhados.'],
  ['ar', 'تجمع النساء مياه الأمطار من أسطح المنازل في القرية'],
])('%s', (language, text) => {
  expect(detectLanguage(text).language).toBe(language)
})

test('says nothing of what is too short, without letters, or between two languages', () => {
  for (const text of ['', 'NA', '- Sense', '10 % 2023 — 45', 'Por determinar']) {
    expect(detectLanguage(text).language).toBeNull()
  }
})
