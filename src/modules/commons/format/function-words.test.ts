import { expect, test } from 'vitest'
import { languageByFunctionWords } from './function-words.ts'

test.each([
  [
    'fr',
    'Les vendeuses du marché trient déjà leurs déchets avant la collecte, et elles sont payées pour cela.',
  ],
  ['en', 'Farmers of the valley save half their water with clay jars that were made by the women.'],
  ['es', 'Las vecinas del barrio recogen el agua de lluvia y los techos también están limpios.'],
  ['pt', 'As moradoras do bairro não recolhem a água da chuva nos telhados, mas também são elas.'],
])('%s', (language, text) => {
  expect(languageByFunctionWords(text)).toBe(language)
  expect(languageByFunctionWords(text.toUpperCase())).toBe(language)
})

test.each([
  ['nothing', ''],
  ['one word many times', 'the the the the the the the the'],
  ['no function words', 'Variant A: https://example.org/photo.php?set=p.531&type=3'],
  [
    'two languages',
    'Les femmes sont dans le village pour une fête. The women are in the village with their sisters.',
  ],
  [
    'a neighbour of Spanish',
    'Gli abitanti della valle non sono nel paese, che è più lontano di quello dei nonni.',
  ],
  [
    'another neighbour',
    'Femeile din sat sunt cele care au strâns apă pentru câmp, mai mult și mai bine cu vase.',
  ],
  ['another alphabet', 'تجمع النساء مياه الأمطار من أسطح المنازل في القرية'],
])('leaves to the detector: %s', (_, text) => {
  expect(languageByFunctionWords(text)).toBeNull()
})
