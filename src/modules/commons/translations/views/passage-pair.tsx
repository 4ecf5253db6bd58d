import type { FormState } from '#http/form.ts'
import { differences, folded } from '#modules/commons/history/differences.ts'
import { DifferenceText } from '#modules/commons/history/views/difference-text.tsx'
import type { Compared } from '#modules/commons/translations/comparison.ts'
import { longestPassage, marksOf } from '#modules/commons/translations/edit-sheet.ts'
import { kindWords, stateWords } from '#modules/commons/translations/state-words.ts'
import { renderMarkdown } from '#platform/markdown/index.ts'
import { useFrame } from '#ui/frame.ts'

/** Longer than this, what became of an original is shown by its ends alone. */
const longestFold = 2_000

/** One passage and the field beside it. What changed in the original is told where there is a translation of it. */
export function PassagePair(props: {
  one: Compared
  own: string | null
  language: string
  languageName: string
  form: FormState
}) {
  const { t } = useFrame().i18n
  const { one, own, form } = props
  const { passage, state, translated, kept } = one
  const { path } = passage
  const name = `text:${path}`
  const id = `field-${name}`
  const error = form.errors[name]
  const { seen, source } = marksOf(one)
  const label = t('translations.field', { language: props.languageName })
  return (
    <div class="pair" data-state={state}>
      <div class="original">
        <p class="what">
          {t(kindWords[passage.kind])}{' '}
          {state !== 'current' && <span class={`tag ${state}`}>{t(stateWords[state])}</span>}
        </p>
        <Original one={one} own={own} />
      </div>
      <div class="field" data-wrong={error ? true : undefined}>
        {state === 'given' ? (
          <>
            <p class="what">{t('translations.given')}</p>
            <p lang={props.language}>{translated}</p>
          </>
        ) : passage.text.length > longestPassage ? (
          <p>{t('translations.too-long')}</p>
        ) : (
          <>
            <label class="what" for={id}>
              {label}
            </label>
            {error && (
              <p class="error" id={`${id}-error`}>
                {error}
              </p>
            )}
            <textarea
              id={id}
              name={name}
              lang={props.language}
              dir="auto"
              rows={rowsFor(passage.text)}
              {...(error && { 'aria-invalid': 'true' as const, 'aria-describedby': `${id}-error` })}
            >
              {form.values[name]?.[0] ?? translated ?? ''}
            </textarea>
            <input type="hidden" name={`seen:${path}`} value={seen} />
            <input type="hidden" name={`source:${path}`} value={source} />
            {state === 'changed' && kept && (
              <>
                <label class="choice">
                  <input type="checkbox" name={`holds:${path}`} value="on" />
                  <span>{t('translations.holds')}</span>
                </label>
                <details>
                  <summary>{t('translations.what-changed')}</summary>
                  <DifferenceText
                    pieces={folded(differences(kept.sourceText, passage.text))}
                    language={own ?? undefined}
                    longestFold={longestFold}
                  />
                </details>
              </>
            )}
          </>
        )}
      </div>
    </div>
  )
}

function Original({ one, own }: { one: Compared; own: string | null }) {
  const { passage } = one
  const lang = own ?? undefined
  if (passage.kind !== 'prose')
    return (
      <p class={passage.kind} lang={lang}>
        {passage.text}
      </p>
    )
  if (passage.text.length > longestPassage)
    return <pre class="scroll">{passage.text.slice(0, longestPassage)}</pre>
  const html = renderMarkdown(passage.text, { headingShift: 2, hideMetadata: true })
  return <div class="prose" lang={lang} dangerouslySetInnerHTML={{ __html: html }} />
}

/** About as high as the original, so that the two stand side by side. */
function rowsFor(text: string): number {
  const lines = text.split('\n').reduce((sum, line) => sum + 1 + Math.floor(line.length / 60), 0)
  return Math.min(30, Math.max(2, lines))
}
