import { type ComponentChildren, createContext } from 'preact'
import { useContext } from 'preact/hooks'
import { groupRows } from '#modules/commons/format/group-rows.ts'
import type { Block, Group, Page, Prose, Question, Section } from '#modules/commons/format/page.ts'
import { articleText, gathered, type PagePart, partsOfPage } from '#modules/commons/page-parts.ts'
import { GroupRows } from '#modules/commons/views/group-table.tsx'
import { renderMarkdown } from '#platform/markdown/index.ts'
import { useFrame } from '#ui/frame.ts'

/** The page as one reads it: what was answered first, what was asked in vain folded at the end. */
export function PageBody({ page }: { page: Page }) {
  const { shown, silent } = partsOfPage(page)
  const levels = page.sections.filter(({ heading }) => heading).map(({ level }) => level)
  // Not `Math.min(...)`: a page may have more headings than a call takes arguments.
  const top = Math.max(
    2,
    levels.reduce((least, level) => Math.min(least, level), 6),
  )
  return (
    <Reading.Provider value={{ title: page.title, form: page.form, top, images: 0 }}>
      <Contents parts={shown} />
      {shown.map(part => (
        <section key={part.section.line}>
          <Heading section={part.section} />
          <Blocks blocks={part.said} />
        </section>
      ))}
      <Unanswered parts={silent} />
    </Reading.Provider>
  )
}

/** What all parts of a page know of it; the number of pictures so far grows as they are written, in their order. */
const Reading = createContext({ title: '', form: false, top: 2, images: 0 })

/** Where there is much to read, where things stand. */
function Contents({ parts }: { parts: PagePart[] }) {
  const { t, locale } = useFrame().i18n
  const { top } = useContext(Reading)
  const headings = parts.filter(({ section }) => section.heading && section.level <= top)
  if (headings.length < 4) return null
  return (
    <details class="contents no-print">
      <summary lang={locale}>{t('commons.item.contents')}</summary>
      <ul>
        {headings.map(({ section }) => (
          <li key={section.line}>
            <a href={`#l${section.line}`}>{section.heading}</a>
          </li>
        ))}
      </ul>
    </details>
  )
}

/** Outlines stay sane whatever depth an author chose: the page has the first level, its parts the second and third. */
function Heading({ section }: { section: Section }) {
  const { top } = useContext(Reading)
  if (!section.heading) return null
  const [, stamp, words] = /^\[((?:\d{1,3}:)?\d{1,3}:\d{2})\]\s*(.*)$/s.exec(section.heading) ?? []
  const text = stamp ? (
    <>
      <time class="stamp">{stamp}</time> {words}
    </>
  ) : (
    section.heading
  )
  const id = `l${section.line}`
  if (section.level > top && !stamp) return <h3 id={id}>{text}</h3>
  return (
    <h2 id={id} class={stamp && 'spoken'}>
      {text}
    </h2>
  )
}

function Blocks({ blocks }: { blocks: readonly Block[] }): ComponentChildren {
  return gathered(blocks).map(block => {
    if (Array.isArray(block)) return <Groups key={`g${block[0]?.line}`} groups={block} />
    if (block.kind === 'prose') return <Text key={block.line} prose={block} />
    return <Asked key={block.line} question={block} />
  })
}

function Asked({ question }: { question: Question }) {
  return (
    <>
      {question.text !== '' && <h3 class="question">{question.text}</h3>}
      <Blocks blocks={question.answer} />
    </>
  )
}

function Groups({ groups }: { groups: Group[] }) {
  const tables = groupRows({ heading: null, level: 2, line: 0, blocks: groups })
  if (tables.length === 0) return <Blocks blocks={groups.flatMap(group => group.blocks)} />
  return (
    <>
      {tables.map(table => (
        <GroupRows key={table.line} table={table} write={blocks => <Blocks blocks={blocks} />} />
      ))}
    </>
  )
}

/** What is longer than any author wrote is shown as it stands: laying it out could take seconds. */
const mostLaidOut = 300_000

function Text({ prose }: { prose: Prose }) {
  const { t } = useFrame().i18n
  const reading = useContext(Reading)
  if (prose.markdown.length > mostLaidOut) return <pre class="prose scroll">{prose.markdown}</pre>
  const html = renderMarkdown(reading.form ? prose.markdown : articleText(prose.markdown, reading.title), {
    headingShift: 2,
    hideMetadata: true,
    tableLabel: () => t('commons.item.table'),
    imageLabel: () => {
      reading.images += 1
      return t('commons.item.image', { position: reading.images })
    },
  })
  return (
    <div
      class={prose.fromTemplate ? 'prose instruction' : 'prose'}
      dangerouslySetInnerHTML={{ __html: html }}
    />
  )
}

function Unanswered({ parts }: { parts: PagePart[] }) {
  const { t, locale } = useFrame().i18n
  const count = parts.reduce((sum, part) => sum + part.silent.length, 0)
  if (count === 0) return null
  return (
    <details class="unanswered">
      <summary lang={locale}>{t('commons.item.unanswered', { count })}</summary>
      {parts.map(({ section, silent }) => (
        <div key={section.line}>
          {section.heading && <h3>{section.heading}</h3>}
          <ul>
            {silent.map(question => (
              <li key={question.line}>{question.text}</li>
            ))}
          </ul>
        </div>
      ))}
    </details>
  )
}
