import { inTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { readUploads, type Upload } from '#http/uploads.ts'
import { AppError } from '#kernel/errors.ts'
import { type Decided, decide, type Refusal } from '#modules/commons/families/decisions.ts'
import { type FileProblem, readRulesFile } from '#modules/commons/families/rules-file.ts'
import { entryOf } from '#modules/network/index.ts'

/** Five thousand decisions have about 500 kB. */
const mostBytes = 4 * 2 ** 20

/** Lines that were not followed, told on the page. */
const mostTold = 100

export type Received =
  | {
      decided: Decided
      read: number
      refused: { line: number; refusal: Refusal | 'action' }[]
    }
  | { problem: FileProblem | 'none' | 'not-text' | 'too-large' }

/** Takes the decisions of a file, in one transaction; of a line that cannot be followed it says why. */
export async function receiveRules(c: AppContext): Promise<Received> {
  const entry = entryOf(c)
  let text: string | null = null
  let problem: 'not-text' | 'too-large' | null = null
  const take = async ({ content }: Upload) => {
    const bytes: Uint8Array[] = []
    for await (const chunk of content) bytes.push(chunk)
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(bytes))
      if (text.includes('\0')) problem = 'not-text'
    } catch {
      problem = 'not-text'
    }
  }
  await readUploads(c, { files: 1, bytes: mostBytes }, take).catch(error => {
    if (!(error instanceof AppError) || error.code !== 'too-large') throw error
    problem = 'too-large'
  })
  if (problem !== null) return { problem }
  if (text === null) return { problem: 'none' }
  const file = readRulesFile(text)
  if ('problem' in file) return file
  const decided = await inTenant(c.var.services.db, entry.tenant, trx =>
    decide(
      trx,
      entry,
      file.drafts.map(({ draft }) => draft),
    ),
  )
  const refused = decided.refused.map(({ index, refusal }) => ({
    line: file.drafts[index]?.line ?? 0,
    refusal,
  }))
  return {
    decided,
    read: file.drafts.length + file.problems.length,
    refused: [...file.problems, ...refused].sort((a, b) => a.line - b.line).slice(0, mostTold),
  }
}
