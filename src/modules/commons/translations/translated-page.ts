import type { Item } from '#modules/commons/items.ts'
import { outlineOf } from '#modules/commons/templates/outline.ts'
import type { Compared } from '#modules/commons/translations/comparison.ts'
import type { Translation } from '#modules/commons/translations/translations.ts'

/**
 * The page with its translated passages in their places, in the commons format; what is not translated stays as it was,
 * and so does what the page says of itself, but for the language. It names the page that it translates.
 */
export function translatedMarkdown(item: Item, language: string, passages: readonly Compared[]): string {
  const { lines, ends, page } = outlineOf(item.source)
  const end = ends.find(one => one !== '') ?? '\n'
  const written = lines.map((line, index) => line + (ends[index] ?? ''))
  const metadata = page.meta.map(entry => entry.line)
  // From the end of the page, so that the lines before stay where they are.
  for (const { passage, translated } of [...passages].reverse()) {
    const { lines: place } = passage
    if (translated === null || place === null) continue
    const { from, to } = place
    // What a line within says of the page stays there.
    const kept = metadata
      .filter(line => line >= from && line < to && passage.kind === 'prose')
      .flatMap(line => lines[line - 1]?.match(/\[\[[^\]]*\]\]/g) ?? [])
    const text = [asWritten(passage, translated, lines[from - 1] ?? ''), ...kept]
      .join('\n')
      .replace(/\n/g, end)
    written.splice(from - 1, to - from, text + (ends[to - 2] ?? ''))
  }
  const said = [`[[translation_of:${oneLine(item.fileName)}]]`, `[[language:${language}]]`]
  const title = passages.find(({ passage }) => passage.kind === 'title')
  const head = title?.passage.lines
    ? []
    : title?.translated
      ? [`# ${oneLine(withoutMetadata(title.translated))}`, '']
      : []
  // After the title where the page begins with it, else before all: a page is read the same either way.
  const at = page.titleLine !== null && written[page.titleLine - 1]?.endsWith(end) ? page.titleLine : 0
  written.splice(
    at,
    0,
    ...[...(at > 0 ? [''] : head), ...said, ...(at > 0 ? [] : [''])].map(line => line + end),
  )
  return written.join('')
}

/** For programs: passage by passage, with what each translates. */
export function translatedJson(item: Item, translation: Translation, passages: readonly Compared[]) {
  const unique = [...new Map(passages.map(one => [one.passage.path, one])).values()]
  return {
    translationOf: { id: item.id, slug: item.slug, fileName: item.fileName, version: item.version },
    language: translation.language,
    originalLanguage: item.language,
    writtenAt: translation.writtenAt.toISOString(),
    passages: unique.map(({ passage, state, translated }) => ({
      path: passage.path,
      kind: passage.kind,
      original: passage.text,
      text: translated,
      state,
    })),
  }
}

function asWritten({ kind, level }: Compared['passage'], text: string, line: string): string {
  // What a translator puts in brackets says nothing of the page.
  const said = withoutMetadata(text)
  if (kind === 'title') return `# ${oneLine(said)}`
  if (kind === 'heading') return `${'#'.repeat(Math.max(1, level))} ${oneLine(said)}`
  if (kind === 'question') return `${/^\s*/.exec(line)?.[0] ?? ''}> ${oneLine(said)}`
  return said
}

function withoutMetadata(text: string): string {
  return text.replace(/\[(?=\[)/g, '\\[')
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
