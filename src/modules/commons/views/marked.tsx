import type { Extract } from '#modules/commons/search/extract.ts'

/** Text in which every second part is what was looked for. */
export function Marked(props: { extract: Extract }) {
  return (
    <>
      {props.extract.parts.map((part, index) => (index % 2 === 1 ? <mark key={index}>{part}</mark> : part))}
    </>
  )
}
