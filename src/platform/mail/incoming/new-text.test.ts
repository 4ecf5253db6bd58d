import fc from 'fast-check'
import { expect, test } from 'vitest'
import { textOfHtml } from '#platform/mail/incoming/html-text.ts'
import { newText } from '#platform/mail/incoming/new-text.ts'

const ours = `> ##- Répondez au-dessus de cette ligne -##
>
> Bonjour Léa,
> Paul écrit dans « Sobriété » :`

test.each([
  [
    'Gmail, in French',
    `Bonne idée, je viens.\n\nLe dim. 22 nov. 2026 à 10:04, Club RSE <cordee@cordee.example> a\nécrit :\n\n${ours}`,
    'Bonne idée, je viens.',
  ],
  [
    'Gmail, in English',
    `Yes please.\n\nOn Sun, 22 Nov 2026 at 10:04, Club RSE <cordee@cordee.example> wrote:\n\n${ours}`,
    'Yes please.',
  ],
  [
    'Apple Mail, in Spanish',
    `De acuerdo.\n\nEnviado desde mi iPhone\n\n> El 22 nov 2026, a las 10:04, Club RSE <cordee@cordee.example> escribió:\n>\n${ours}`,
    'De acuerdo.',
  ],
  [
    'Gmail, in Portuguese',
    `Combinado.\n\nEm dom., 22 de nov. de 2026 às 10:04, Club RSE <cordee@cordee.example> escreveu:\n\n${ours}`,
    'Combinado.',
  ],
  [
    'Outlook, which quotes without signs',
    `D’accord pour moi.\n\nDe : Club RSE <cordee@cordee.example>\nEnvoyé : dimanche 22 novembre 2026 10:04\nÀ : Léa <lea@exemple.org>\nObjet : [Club RSE] Sobriété\n\n##- Répondez au-dessus de cette ligne -##\n\nBonjour Léa,`,
    'D’accord pour moi.',
  ],
  [
    'Outlook, with its line and without ours',
    `D’accord.\n\n________________________________\nDe : Club RSE <cordee@cordee.example>\nEnvoyé : dimanche 22 novembre 2026 10:04\nÀ : Léa <lea@exemple.org>\nObjet : Sobriété\n\nBonjour Léa,`,
    'D’accord.',
  ],
  [
    'Thunderbird, which answers below',
    `Le 22/11/2026 à 10:04, Club RSE a écrit :\n> On commence quand ?\n\nLundi, si tout le monde peut.\n\n-- \nLéa Martin\nDirectrice`,
    'Lundi, si tout le monde peut.',
  ],
  ['a line that a writer ended', 'Trois points :\nle lieu\nla date', 'Trois points :\\\nle lieu\\\nla date'],
  ['a list', 'Il faut :\n- un lieu\n- une date', 'Il faut :\n- un lieu\n- une date'],
  [
    'a line that a program broke',
    'Une phrase que le logiciel de courrier a coupée parce qu’elle était\ntrop longue.',
    'Une phrase que le logiciel de courrier a coupée parce qu’elle était\ntrop longue.',
  ],
  ['line ends of mail, and signs that fit in no text', 'Un\r\n\r\nDeux\u0000\u0007', 'Un\n\nDeux'],
  ['nothing but a greeting', 'Cordialement', 'Cordialement'],
  ['nothing', `\n\n${ours}`, ''],
  ['somebody’s own heading', '## Un titre ##\n\nEt un texte.', '## Un titre ##\n\nEt un texte.'],
])('%s', (_what, mail, text) => {
  expect(newText(mail)).toBe(text)
})

test.each([
  ['<p>Un</p><p>Deux<br>trois</p>', 'Un\n\nDeux\ntrois'],
  ['<div>Un</div><div><br></div><div>Deux</div>', 'Un\n\nDeux'],
  ['Oui<blockquote type="cite"><div>Une question ?</div></blockquote>', 'Oui\n\n> Une question ?'],
  ['<style>p { color: red }</style><script>alert(1)</script><p>Sûr &amp; s&#251;r</p>', 'Sûr & sûr'],
  ['<ul><li>un</li><li>deux</li></ul>', '- un\n- deux'],
  ['</p></blockquote>Rien n’était ouvert', 'Rien n’était ouvert'],
  ['<html><head><title>T</title></head><body>Bonjour&nbsp;!</body></html>', 'Bonjour !'],
])('the words of %s', (html, text) => {
  expect(textOfHtml(html)).toBe(text)
})

test('an answer in HTML alone', () => {
  const html =
    '<div dir="ltr">Je viens avec <b>deux</b> collègues.</div><br><div class="gmail_quote"><div class="gmail_attr">Le dim. 22 nov. 2026 à 10:04, Club RSE &lt;<a href="mailto:a@b.example">a@b.example</a>&gt; a écrit :<br></div><blockquote><p>##- Répondez au-dessus de cette ligne -##</p><p>Bonjour</p></blockquote></div>'
  expect(newText(textOfHtml(html))).toBe('Je viens avec deux collègues.')
})

test('long lines are kept as they are, and a long text without its quotes', () => {
  const line = 'mot '.repeat(100).trim()
  expect(newText(`${line}\n\nLe 22 nov. 2026, Paul <p@exemple.org> a écrit :\n\n> Ceci`)).toBe(line)
  const long = 'Une ligne parmi d’autres.\n\n'.repeat(500).trim()
  expect(newText(`${long}\n\n> Ceci`)).toBe(long)
})

/** Texts over which the patterns of the library would go back and forth for hours. */
test('whatever comes, there is a text', () => {
  const hostile = [
    'abc. skrev '.repeat(3_000),
    'abc. x\n skrev\n'.repeat(3_000),
    'On a b\n'.repeat(5_000),
    'Op \n schreef \n'.repeat(3_000),
    `${'Le a a\n'.repeat(5_000)}écrit :`,
    '在写道'.repeat(5_000),
    '> '.repeat(20_000),
    '-'.repeat(50_000),
    ' '.repeat(50_000),
    'From: '.repeat(10_000),
    '20260101 from <'.repeat(4_000),
  ]
  for (const text of hostile) newText(text)
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), text => {
      expect(newText(text)).toBe(newText(text).trim())
      expect(newText(textOfHtml(text))).not.toContain('\0')
    }),
  )
})
