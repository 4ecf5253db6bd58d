import { href } from '#http/routes.ts'
import type { AnswerKind } from '#modules/commons/templates/template.ts'
import type { ShownAnswer } from '#modules/commons/writing/shown-page.ts'
import { fieldId, useHand } from '#modules/commons/writing/views/hand.ts'
import { Several, wrong } from '#modules/commons/writing/views/several.tsx'
import { addNames, isFollowable } from '#modules/commons/writing/views/words.ts'
import { countryName } from '#reference/countries.ts'
import { readReference } from '#ui/answer-fields.ts'
import { useFrame } from '#ui/frame.ts'

type ListKind = Extract<
  AnswerKind,
  { kind: 'tags' | 'countries' | 'people' | 'organisations' | 'items' | 'files' }
>

/** What there is, each to be taken away, and a field to add to it. */
export function ListControl(props: { answer: ShownAnswer; kind: AnswerKind; by: string | undefined }) {
  const { answer, by } = props
  const kind = props.kind as ListKind
  const { t, locale } = useFrame().i18n
  const { network } = useHand()
  const there = answer.fields[answer.path] ?? []
  return (
    <Several answer={answer} by={by} cls="listed">
      {there.length > 0 && (
        <ul class="chips">
          {there.map(text => (
            <li key={text}>
              <label>
                <input type="checkbox" name={answer.path} value={text} checked />
                <span>{labelOf(kind, text, locale)}</span>
              </label>
            </li>
          ))}
        </ul>
      )}
      {kind.kind === 'files' ? (
        <FilesToAdd answer={answer} network={network} by={by} />
      ) : (
        <label class="add">
          <span>{t(addNames[kind.kind])}</span>
          <input
            type="text"
            id={`${fieldId(answer.path)}-add`}
            name={`${answer.path}.add`}
            list={listId(kind)}
            autocomplete="off"
            value={answer.fields[`${answer.path}.add`]?.[0] ?? ''}
            {...wrong(answer, undefined)}
          />
        </label>
      )}
    </Several>
  )
}

/** The suggestions of all the fields of a page, each list once. */
export function Suggestions() {
  const { choices } = useHand()
  const { lists } = choices
  return (
    <>
      {Object.entries(lists).map(([name, words]) => (
        <datalist key={name} id={`list-${name}`}>
          {words.map(word => (
            <option key={word} value={word} />
          ))}
        </datalist>
      ))}
    </>
  )
}

function FilesToAdd({
  answer,
  network,
  by,
}: {
  answer: ShownAnswer
  network: string
  by: string | undefined
}) {
  const { t, locale } = useFrame().i18n
  const { choices } = useHand()
  const id = fieldId(answer.path)
  return (
    <>
      {choices.files.length > 0 && (
        <label class="add">
          <span>{t('writing.files.choose')}</span>
          <select name={`${answer.path}.add`} id={`${id}-add`} {...wrong(answer, by)}>
            <option value="">{t('writing.files.none')}</option>
            {choices.files.map(file => (
              <option key={file.address} value={JSON.stringify(file)}>
                {file.name}
              </option>
            ))}
          </select>
        </label>
      )}
      <label class="add">
        <span>{t('writing.files.send')}</span>
        <input type="file" name={`${answer.path}.file`} multiple />
      </label>
      <small>
        <a href={href('files', { locale, network })}>{t('writing.files.all')}</a>
      </small>
    </>
  )
}

function listId(kind: ListKind): string {
  return `list-${kind.kind === 'tags' ? kind.meta : kind.kind}`
}

function labelOf(kind: ListKind, text: string, locale: 'fr' | 'en' | 'es' | 'pt') {
  if (kind.kind === 'countries') return /^[A-Z]{2}$/.test(text) ? countryName(text, locale) : text
  if (kind.kind === 'tags') return text
  const reference = readReference(text)
  if (!reference) return text
  if (!reference.address || !isFollowable(reference.address)) return reference.name || text
  return (
    <>
      {reference.picture && /^\/[a-z]{2}\/[^/]+\/files\/[\w-]+$/.test(reference.address) && (
        <img src={`${reference.address}/preview/320`} alt="" loading="lazy" />
      )}
      <a href={reference.address}>{reference.name || reference.address}</a>
    </>
  )
}
