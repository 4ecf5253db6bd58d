import { href } from '#http/routes.ts'
import type { Locale } from '#kernel/locale.ts'
import { questionsOf } from '#modules/commons/templates/conditions.ts'
import {
  type DefinitionProblem,
  definitionProblemMessage,
} from '#modules/commons/templates/definition-problem.ts'
import {
  type PartAddress,
  questionAt,
  sectionAt,
  writePartAddress,
} from '#modules/commons/templates/editing/parts.ts'
import { inWords } from '#modules/commons/templates/questions.ts'
import type { Template } from '#modules/commons/templates/template.ts'
import { questionName } from '#modules/commons/templates/views/words.ts'
import type { Network } from '#modules/network/index.ts'
import { useFrame } from '#ui/frame.ts'

/** What keeps a template from being put into use, each with the way to where it is mended. */
export function DraftProblems(props: {
  template: Template
  problems: DefinitionProblem[]
  network: Network
}) {
  const { template, problems, network } = props
  const { i18n } = useFrame()
  if (problems.length === 0) return null
  const here = { locale: i18n.locale, network: network.slug, template: template.key }
  const address = (part: PartAddress) => href('templatePart', { ...here, part: writePartAddress(part) })
  return (
    <div class="problems" role="alert" tabIndex={-1}>
      <p>{i18n.t('templates.draft.problems', { count: problems.length })}</p>
      <ul>
        {problems.map(problem => (
          <li key={`${problem.where} ${problem.code}`}>
            {isUnfilled(problem) ? (
              <a href={`${address(partOf(template, problem.where))}?new=question`}>
                {i18n.t('templates.draft.unfilled', { name: partName(template, problem.where, i18n.locale) })}
              </a>
            ) : (
              <a href={address(partOf(template, problem.where))}>
                {definitionProblemMessage(i18n, { ...named(template, problem, i18n.locale), where: '' })}
              </a>
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}

/** A section or a group that asks nothing yet. */
function isUnfilled({ code, where }: DefinitionProblem): boolean {
  return code === 'list-empty' && /^sections\[\d+\](?:\.questions\[\d+\]\.answer)?\.questions$/.test(where)
}

function partName(template: Template, where: string, locale: Locale): string {
  const address = partOf(template, where)
  const question = questionAt(template, address)
  const section = sectionAt(template, address)
  return question
    ? questionName(question, locale)
    : section
      ? inWords(section.heading, locale) || section.key
      : ''
}

/** Files call questions by their keys; whoever edits here knows them by what they ask. */
function named(template: Template, problem: DefinitionProblem, locale: Locale): DefinitionProblem {
  if (!/^(?:condition|wording)-/.test(problem.code)) return problem
  const names = new Map(questionsOf(template).map(one => [one.key, questionName(one, locale)]))
  const inName = (key: string) => names.get(key) ?? key
  const { name, other, circle } = problem.detail
  return {
    ...problem,
    detail: {
      ...problem.detail,
      ...(name !== undefined && { name: inName(String(name)) }),
      ...(other !== undefined && { other: inName(String(other)) }),
      ...(circle !== undefined && { circle: String(circle).split(' → ').map(inName).join(' → ') }),
    },
  }
}

/** 'sections[1].questions[0].when' → the keys of that section and that question. */
function partOf(template: Template, where: string): PartAddress {
  const steps = /^sections\[(\d+)\](?:\.questions\[(\d+)\](?:\.answer\.questions\[(\d+)\])?)?/.exec(where)
  const section = template.sections[Number(steps?.[1])]
  const question = section?.questions[Number(steps?.[2])]
  const inner = question?.answer.kind === 'group' ? question.answer.questions[Number(steps?.[3])] : undefined
  return [section, question, inner].flatMap(part => (part ? [part.key] : []))
}
