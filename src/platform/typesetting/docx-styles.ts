import type { IStylesOptions } from 'docx'
import type { Manuscript } from '#platform/typesetting/manuscript.ts'

/** Styles by their names, so that whoever goes on writing in Word changes them in one place. Sizes are in half points. */
export function docxStyles({ language, frameLanguage }: Manuscript): IStylesOptions {
  const spoken = wordLanguage(language ?? frameLanguage)
  const heading = (size: number, before: number) => ({
    run: { size, bold: true, color: '20272B', font: serif },
    paragraph: { spacing: { before, after: 100 }, keepNext: true },
  })
  return {
    default: {
      document: {
        run: { font: serif, size: 22, color: '20272B', language: { value: spoken, bidirectional: spoken } },
        paragraph: { spacing: { after: 140, line: 290 } },
      },
      title: {
        run: { font: serif, size: 44, bold: true, color: '20272B' },
        paragraph: { spacing: { before: 240, after: 160, line: 250 } },
      },
      heading1: heading(32, 420),
      heading2: heading(27, 340),
      heading3: heading(24, 280),
      heading4: heading(22, 240),
      heading5: heading(22, 200),
      hyperlink: { run: { color: '0B5C42', underline: {} } },
    },
    paragraphStyles: [
      style('Subtitle', 'Subtitle', { size: 26, color: '474F55' }, { after: 200 }),
      style('Publisher', 'Publisher', { size: 20, color: '565F66' }, { after: 60 }),
      style('Imprint', 'Imprint', { size: 18, color: '565F66' }, { after: 30, line: 250 }),
      style('Fact', 'Fact', { size: 19 }, { after: 0, line: 250 }),
      style('Running', 'Running line', { size: 17, color: '565F66' }, { after: 0 }),
      style('ContentsTitle', 'Contents title', { size: 32, bold: true }, { after: 200 }),
      style('Quote', 'Quote', { color: '474F55' }, { after: 120 }, 340),
      style('TableText', 'Table text', { size: 19 }, { after: 60, line: 250 }),
      style('TableHead', 'Table head', { size: 19, bold: true }, { after: 60, line: 250 }),
      style('Code', 'Code', { font: 'Consolas', size: 19 }, { after: 140, line: 250 }, 200),
    ],
    characterStyles: [{ id: 'CodeWord', name: 'Code word', run: { font: 'Consolas', size: 20 } }],
  }
}

/** A language as Word names it, with the country it is spelled as in where nothing says otherwise. */
export function wordLanguage(language: string): string {
  try {
    const { language: spoken, region } = new Intl.Locale(preferred.get(language) ?? language).maximize()
    return region ? `${spoken}-${region}` : spoken
  } catch {
    return 'fr-FR'
  }
}

/** Where the country with the most speakers is not the one most of our networks write for. */
const preferred = new Map([
  ['en', 'en-GB'],
  ['es', 'es-ES'],
  ['pt', 'pt-PT'],
])

const serif = 'Georgia'

function style(
  id: string,
  name: string,
  run: { size?: number; color?: string; bold?: boolean; font?: string },
  spacing: { after: number; line?: number },
  left = 0,
) {
  const paragraph = { spacing, ...(left > 0 && { indent: { left } }) }
  return { id, name, basedOn: 'Normal', next: 'Normal', quickFormat: true, run, paragraph }
}
