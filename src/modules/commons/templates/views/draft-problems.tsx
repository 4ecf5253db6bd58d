import { href } from '#http/routes.ts'
import {
  type DefinitionProblem,
  definitionProblemMessage,
} from '#modules/commons/templates/definition-problem.ts'
import { type PartAddress, writePartAddress } from '#modules/commons/templates/editing/parts.ts'
import type { Template } from '#modules/commons/templates/template.ts'
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
  return (
    <div class="problems" role="alert" tabIndex={-1}>
      <p>{i18n.t('templates.draft.problems', { count: problems.length })}</p>
      <ul>
        {problems.map(problem => (
          <li key={`${problem.where} ${problem.code}`}>
            <a
              href={href('templatePart', {
                ...here,
                part: writePartAddress(partOf(template, problem.where)),
              })}
            >
              {definitionProblemMessage(i18n, { ...problem, where: '' })}
            </a>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** 'sections[1].questions[0].when' → the keys of that section and that question. */
function partOf(template: Template, where: string): PartAddress {
  const steps = /^sections\[(\d+)\](?:\.questions\[(\d+)\](?:\.answer\.questions\[(\d+)\])?)?/.exec(where)
  const section = template.sections[Number(steps?.[1])]
  const question = section?.questions[Number(steps?.[2])]
  const inner = question?.answer.kind === 'group' ? question.answer.questions[Number(steps?.[3])] : undefined
  return [section, question, inner].flatMap(part => (part ? [part.key] : []))
}
