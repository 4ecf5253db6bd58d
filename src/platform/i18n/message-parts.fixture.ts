import { IntlMessageFormat } from 'intl-messageformat'

/** Of what the ICU parser reads: 0 text, 1 argument, 2 number, 6 plural, 7 the # within a plural. */
interface Part {
  type: number
  value?: string
  options?: Record<string, { value: Part[] }>
}

function parse(text: string): Part[] {
  return new IntlMessageFormat(text, 'fr', undefined, { ignoreTag: true }).getAst()
}

/** What a message asks for, each once and sorted: 'title', 'count plural', 'bytes number'. */
export function argumentsOf(text: string): string[] {
  return [...new Set(parse(text).flatMap(argumentsIn))].sort()
}

function argumentsIn({ type, value, options = {} }: Part): string[] {
  if (type === 0 || type === 7) return []
  if (type === 1) return [`${value}`]
  if (type === 2) return [`${value} number`]
  if (type === 6) {
    const inside = Object.values(options).flatMap(form => form.value.flatMap(argumentsIn))
    return [`${value} plural`, ...inside]
  }
  throw new Error(`No message has an element of type ${type} yet`)
}

/** The forms of each plural of a message, in its order. */
export function pluralsOf(text: string): string[][] {
  return parse(text)
    .filter(part => part.type === 6)
    .map(part => Object.keys(part.options ?? {}))
}
