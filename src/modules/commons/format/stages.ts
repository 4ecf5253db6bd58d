import type { AnswerBlock, Question } from './page.ts'
import { plainText } from './plain-text.ts'

export const STAGES = ['sense', 'explore', 'test', 'grow'] as const
export type Stage = (typeof STAGES)[number]

/** The stages ticked under "To what stage(s) in the learning cycle …", asked in any of four languages. */
export function stagesOf(questions: readonly Question[]): Stage[] {
  const found = new Set<Stage>()
  for (const question of questions) {
    if (!isStageQuestion(question.text)) continue
    for (const block of question.answer) for (const stage of stagesIn(block)) found.add(stage)
  }
  return STAGES.filter(stage => found.has(stage))
}

function isStageQuestion(text: string): boolean {
  return STAGE_QUESTION.test(text)
}

/** Whole lines or items of a list on one line, so that "we will test …" in a sentence is no tick. */
function stagesIn(block: AnswerBlock): Stage[] {
  if (block.kind === 'group') return []
  const stages: Stage[] = []
  for (const line of plainText(block.markdown).split('\n')) {
    if (line.length > 80) continue
    for (const item of line.split(/[,;/&+]|\b(?:and|et|y|e)\b/)) {
      const word = item
        .trim()
        .replace(/[.:]$/, '')
        .normalize('NFKD')
        .replace(/[\u0300-\u036f]/g, '')
        .toLowerCase()
      const stage = WORDS.get(word)
      if (stage) stages.push(stage)
    }
  }
  return stages
}

const STAGE_QUESTION =
  /stages?(?:\(s\))? in the learning cycle|[ée]tapes?(?:\(s\))? d[ue].{0,12}(?:cycle|apprentissage)|[ée]tapes?.{0,20}cycle d.apprentissage|(?:etapas?|fases?)(?:\(s\))? (?:del|do|en el|no) ciclo de apren/i

const WORDS = new Map<string, Stage>([
  ...STAGES.map(stage => [stage, stage] as const),
  ...(['percevoir', 'detecter', 'ressentir', 'detectar', 'percibir', 'sentir', 'perceber'] as const).map(
    word => [word, 'sense'] as const,
  ),
  ...(['explorer', 'exploration', 'explorar', 'exploracion'] as const).map(
    word => [word, 'explore'] as const,
  ),
  ...(['tester', 'testar', 'probar', 'experimenter', 'experimentar'] as const).map(
    word => [word, 'test'] as const,
  ),
  ...(
    [
      'croitre',
      'grandir',
      'developper',
      'deployer',
      'essaimer',
      'crecer',
      'escalar',
      'crescer',
      'expandir',
    ] as const
  ).map(word => [word, 'grow'] as const),
])
