import type { Fold, Piece } from '#modules/commons/history/differences.ts'
import { useFrame } from '#ui/frame.ts'

/** What became of a text. What is marked by colour and lines is also said, for those who hear the page. */
export function DifferenceText({
  pieces,
  language,
  longestFold,
}: {
  pieces: readonly (Piece | Fold)[]
  /** Of the text, where it is not that of the page. */
  language?: string | undefined
  /** What is folded and longer is counted, not sent along. */
  longestFold: number
}) {
  return (
    <div class="difference" lang={language}>
      {pieces.map((piece, index) =>
        piece.kind === 'folded' ? (
          <Folded key={index} text={piece.text} most={longestFold} />
        ) : (
          <Marked key={index} piece={piece} />
        ),
      )}
    </div>
  )
}

/** Things side by side: what was there before, what came, what went. */
export function DifferenceList({ pieces }: { pieces: readonly Piece[] }) {
  return (
    <ul class="difference-list">
      {pieces.map(piece => (
        <li key={`${piece.kind} ${piece.text}`}>
          <Marked piece={piece} />
        </li>
      ))}
    </ul>
  )
}

/** A piece, marked as what it is. */
export function Marked({ piece }: { piece: Piece }) {
  const { t, locale } = useFrame().i18n
  if (piece.kind === 'same') return <>{piece.text}</>
  const Mark = piece.kind === 'added' ? 'ins' : 'del'
  const [begin, end] =
    piece.kind === 'added'
      ? [t('history.added.begin'), t('history.added.end')]
      : [t('history.removed.begin'), t('history.removed.end')]
  return (
    <Mark>
      <span class="visually-hidden" lang={locale}>
        {` ${begin} `}
      </span>
      {piece.text}
      <span class="visually-hidden" lang={locale}>
        {` ${end} `}
      </span>
    </Mark>
  )
}

function Folded({ text, most }: { text: string; most: number }) {
  const { t, locale } = useFrame().i18n
  const words = t('history.folded', { count: text.split(/\s+/).filter(Boolean).length })
  if (text.length > most)
    return (
      <p class="folded" lang={locale}>
        {words}
      </p>
    )
  return (
    <details class="folded">
      <summary lang={locale}>{words}</summary>
      {text}
    </details>
  )
}
