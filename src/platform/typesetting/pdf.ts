import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler'
import type { Block, Manuscript, Run } from '#platform/typesetting/manuscript.ts'
import { printable } from '#platform/typesetting/printable.ts'

/**
 * What makes PDF of manuscripts: typst with one template. Its workspace is a folder that cannot be, and what it reads is
 * in memory; the texts come as data. To be used in a process of its own: it does not let go of the processor.
 */
export function openPdfPress(): (manuscript: Manuscript, pictures: Map<string, Buffer>) => Promise<Buffer> {
  let opened: NodeCompiler | null = null
  return async (manuscript, pictures) => {
    opened ??= await open()
    const compiler = opened
    compiler.resetShadow()
    compiler.mapShadow(join(folder, 'manuscript.typ'), template)
    compiler.mapShadow(
      join(folder, 'manuscript.json'),
      Buffer.from(JSON.stringify(breakable(printable(manuscript)))),
    )
    for (const [key, content] of pictures) compiler.mapShadow(join(folder, 'pictures', key), content)
    const compiled = compiler.compile({ mainFilePath: join(folder, 'manuscript.typ') })
    try {
      const document = compiled.result
      if (!document) throw new Error(complaint(compiled.takeError()?.shortDiagnostics))
      return compiler.pdf(document)
    } finally {
      compiler.evictCache(1)
    }
  }
}

/** Nothing can ever lie below a file: what the template might ask for, beyond what it is given, is not there. */
const folder = join(process.execPath, 'nowhere')

const template = readFileSync(fileURLToPath(new URL('./manuscript.typ', import.meta.url)))

/** Where systems keep their fonts: what is written in scripts that ours do not have is set in them. */
const fontFolders: Partial<Record<NodeJS.Platform, string[]>> = {
  linux: ['/usr/share/fonts', '/usr/local/share/fonts'],
  darwin: ['/System/Library/Fonts', '/Library/Fonts'],
  win32: ['C:\\Windows\\Fonts'],
}

async function open() {
  const { NodeCompiler } = await import('@myriaddreamin/typst-ts-node-compiler')
  const fontPaths = fontFolders[process.platform] ?? []
  return NodeCompiler.create({ workspace: folder, fontArgs: [{ fontPaths }] })
}

function complaint(diagnostics: unknown[] | undefined): string {
  return `typst: ${JSON.stringify(diagnostics ?? 'no document').slice(0, 2_000)}`
}

/**
 * A word longer than a column, which no hyphenation knows, may be broken anywhere: a space of no width says so. Addresses
 * typst breaks by itself where they stand alone.
 */
function breakable(manuscript: Manuscript): Manuscript {
  return { ...manuscript, blocks: manuscript.blocks.map(breakableBlock) }
}

function breakableBlock(block: Block): Block {
  if (block.kind === 'heading') return { ...block, text: broken(block.text) }
  if (block.kind === 'paragraph') return { ...block, runs: block.runs.map(breakableRun) }
  if (block.kind === 'quote' || block.kind === 'passage')
    return { ...block, blocks: block.blocks.map(breakableBlock) }
  if (block.kind === 'list') return { ...block, items: block.items.map(item => item.map(breakableBlock)) }
  if (block.kind === 'code') return { ...block, text: broken(block.text) }
  if (block.kind !== 'table') return block
  return {
    ...block,
    head: block.head.map(cell => cell.map(breakableBlock)),
    rows: block.rows.map(row => row.map(cell => cell.map(breakableBlock))),
  }
}

function breakableRun(run: Run): Run {
  return { ...run, text: broken(run.text) }
}

const longestWord = 28

function broken(text: string): string {
  if (text.length <= longestWord) return text
  return text.replace(/[^\s\u200b]{29,}/gu, word =>
    /^\W{0,3}(?:https?:\/\/|www\.)/.test(word)
      ? word
      : word.replace(/.{1,14}/gsu, piece => `${piece}\u200b`).replace(/\u200b$/, ''),
  )
}
