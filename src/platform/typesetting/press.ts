import { openPdfPress } from '#platform/typesetting/pdf.ts'
import type { Answer, Order } from '#platform/typesetting/typesetter.ts'

/**
 * The process that typesets, one document after the other: what it does keeps a processor busy for whole seconds, and
 * what people write might one day bring it down. It knows nothing of the program but what it is sent.
 */
const pdf = openPdfPress()

process.on('message', async (order: Order) => {
  process.send?.(await answerTo(order))
})
process.on('disconnect', () => process.exit(0))

async function answerTo({ id, format, manuscript, pictures }: Order): Promise<Answer> {
  const given = new Map(Object.entries(pictures))
  try {
    if (format === 'pdf') return { id, content: await pdf(manuscript, given) }
    const { writeDocx } = await import('#platform/typesetting/docx.ts')
    return { id, content: await writeDocx(manuscript, given) }
  } catch (error) {
    return { id, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}
