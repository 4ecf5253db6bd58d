import type { ComponentChildren } from 'preact'
import { type GroupTable, groupRows } from '#modules/commons/format/group-rows.ts'
import type {
  AnswerBlock,
  Block,
  Group,
  Page,
  Prose,
  Question,
  Section,
} from '#modules/commons/format/page.ts'
import { renderMarkdown } from '#platform/markdown/index.ts'
import { useFrame } from '#ui/frame.ts'

/** The page as one reads it: sections, questions with their answers, repeated groups as tables. */
export function PageBody({ page }: { page: Page }) {
  return (
    <>
      {page.sections.map(section => (
        <BodySection key={section.line} section={section} form={page.form} />
      ))}
    </>
  )
}

function BodySection({ section, form }: { section: Section; form: boolean }) {
  const { t } = useFrame().i18n
  const answered = section.blocks.filter(block => !isUnanswered(block))
  const silent = section.blocks.filter(
    (block): block is Question => block.kind === 'question' && isUnanswered(block) && block.text !== '',
  )
  if (answered.length === 0 && silent.length === 0 && !section.heading) return null
  return (
    <section>
      {section.heading && <Heading level={section.level}>{section.heading}</Heading>}
      <Blocks blocks={answered} form={form} />
      {silent.length > 0 && (
        <details class="unanswered">
          <summary>{t('commons.item.unanswered', { count: silent.length })}</summary>
          <ul>
            {silent.map(question => (
              <li key={question.line}>{question.text}</li>
            ))}
          </ul>
        </details>
      )}
    </section>
  )
}

/** Outlines stay sane whatever depth an author chose: the page has the first level, its parts the second and third. */
function Heading({ level, children }: { level: number; children: ComponentChildren }) {
  return level <= 2 ? <h2>{children}</h2> : <h3>{children}</h3>
}

function Blocks({ blocks, form }: { blocks: readonly Block[]; form: boolean }) {
  return (
    <>
      {gathered(blocks).map(block => {
        if (Array.isArray(block)) return <Groups key={`g${block[0]?.line}`} groups={block} form={form} />
        if (block.kind === 'prose') return <Text key={block.line} prose={block} form={form} />
        return <Asked key={block.line} question={block} form={form} />
      })}
    </>
  )
}

function Asked({ question, form }: { question: Question; form: boolean }) {
  return (
    <>
      {question.text !== '' && <h3 class="question">{question.text}</h3>}
      <Blocks blocks={question.answer} form={form} />
    </>
  )
}

function Groups({ groups, form }: { groups: Group[]; form: boolean }) {
  const tables = groupRows({ heading: null, level: 2, line: 0, blocks: groups })
  if (tables.length === 0) return <Blocks blocks={groups.flatMap(group => group.blocks)} form={form} />
  return (
    <>
      {tables.map(table => (
        <Table key={table.line} table={table} form={form} />
      ))}
    </>
  )
}

/** A row a partner; a question that nobody answered has no column, and one row is read better as a list. */
function Table({ table, form }: { table: GroupTable; form: boolean }) {
  const { t } = useFrame().i18n
  const columns = table.columns
    .map((text, index) => ({ text, index }))
    .filter(({ index }) => table.rows.some(row => hasText(row.cells[index])))
  const rows = table.rows.filter(row => row.cells.some(hasText))
  if (rows.length === 0 || columns.length === 0) return null
  if (rows.length === 1 || columns.length === 1) {
    return (
      <>
        {rows.flatMap(row =>
          columns.map(({ text, index }) =>
            hasText(row.cells[index]) ? (
              <div key={`${row.line}.${index}`}>
                {text !== '' && <h3 class="question">{text}</h3>}
                <Blocks blocks={row.cells[index] ?? []} form={form} />
              </div>
            ) : null,
          ),
        )}
      </>
    )
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by the keyboard
    <div class="scroll" tabIndex={0} role="region" aria-label={t('commons.item.table')}>
      <table class="groups">
        <thead>
          <tr>
            {columns.map(({ text, index }) => (
              <th key={index} scope="col">
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <tr key={row.line}>
              {columns.map(({ text, index }) => (
                <td key={index} data-label={text}>
                  <Blocks blocks={row.cells[index] ?? []} form={form} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** What is longer than any author wrote is shown as it stands: laying it out could take seconds. */
const mostLaidOut = 300_000

function Text({ prose, form }: { prose: Prose; form: boolean }) {
  const { t } = useFrame().i18n
  if (prose.markdown.length > mostLaidOut) return <pre class="prose scroll">{prose.markdown}</pre>
  const html = renderMarkdown(form ? prose.markdown : paragraphs(prose.markdown), {
    headingShift: 2,
    hideMetadata: true,
    tableLabel: () => t('commons.item.table'),
    imageLabel: position => t('commons.item.image', { position }),
  })
  return (
    <div
      class={prose.fromTemplate ? 'prose instruction' : 'prose'}
      dangerouslySetInnerHTML={{ __html: html }}
    />
  )
}

/** Articles copied from the web have a paragraph a line; Markdown would run them together. */
function paragraphs(markdown: string): string {
  return markdown.replace(/([^\n|])\n(?=[^\n\s|>#*+\-\d`<])/g, '$1\n\n')
}

/** Groups that follow each other belong together. */
function gathered(blocks: readonly Block[]): (Group[] | Prose | Question)[] {
  const result: (Group[] | Prose | Question)[] = []
  for (const block of blocks) {
    const last = result.at(-1)
    if (block.kind !== 'group') result.push(block)
    else if (Array.isArray(last)) last.push(block)
    else result.push([block])
  }
  return result
}

function isUnanswered(block: Block): boolean {
  if (block.kind === 'prose') return block.markdown.trim() === ''
  if (block.kind === 'question') return block.answer.every(isUnanswered)
  return block.blocks.every(isUnanswered)
}

function hasText(cell: AnswerBlock[] | null | undefined): boolean {
  return cell != null && cell.some(block => !isUnanswered(block))
}
