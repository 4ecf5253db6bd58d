import type { Block, Prose, Question, Section } from './page.ts'

/** All questions and all prose of a page, in the order in which one reads them, groups opened. */
export function blocksInOrder(sections: readonly Section[]): { questions: Question[]; prose: Prose[] } {
  const questions: Question[] = []
  const prose: Prose[] = []
  const walk = (blocks: readonly Block[]) => {
    for (const block of blocks) {
      if (block.kind === 'prose') prose.push(block)
      else if (block.kind === 'group') walk(block.blocks)
      else {
        questions.push(block)
        walk(block.answer)
      }
    }
  }
  for (const section of sections) walk(section.blocks)
  return { questions, prose }
}
