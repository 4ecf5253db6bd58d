import { h } from 'preact'
import { renderToString } from 'preact-render-to-string'
import { expect, test } from 'vitest'
import { i18nFor } from '#platform/i18n/i18n.ts'
import { Form, TextField } from '#ui/form.tsx'
import { FrameContext } from '#ui/frame.ts'

const frame = {
  i18n: i18nFor('fr'),
  assets: { url: (name: string) => name },
  origin: 'http://localhost',
  path: '/fr',
  localized: true,
} as Parameters<typeof FrameContext.Provider>[0]['value']

test('what is wrong is said with the field it is wrong with, wherever the field stands in the form', () => {
  const state = { values: {}, errors: { name: 'À remplir.', site: 'À remplir.', other: 'Non.', '': 'Rien.' } }
  const fields = [
    h(TextField, { key: 'name', name: 'name', label: 'Nom', state }),
    h('fieldset', { key: 'set' }, [h(TextField, { key: 'site', name: 'site', label: 'Site web', state })]),
  ]
  const form = h(Form, { action: '/', state, submit: 'Envoyer' }, fields)
  const html = renderToString(h(FrameContext.Provider, { value: frame }, form))
  const said = [...html.matchAll(/<li>(.*?)<\/li>/g)].map(([, text]) => text)
  expect(said).toEqual([
    '<a href="#field-name">Nom\u00a0: À remplir.</a>',
    '<a href="#field-site">Site web\u00a0: À remplir.</a>',
    '<a href="#field-other">Non.</a>',
    'Rien.',
  ])
})
