import type { Extract } from '#modules/commons/search/extract.ts'
import { typeset } from '#modules/commons/views/typography.ts'

/** Text in which every second part is what was looked for. */
export function Marked({ extract, language }: { extract: Extract; language: string | null }) {
  return (
    <>
      {extract.parts
        .map(part => typeset(part, language))
        .map((part, index) => (index % 2 === 1 ? <mark key={index}>{part}</mark> : part))}
    </>
  )
}
