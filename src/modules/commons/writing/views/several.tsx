import type { ComponentChildren } from 'preact'
import type { ShownAnswer } from '#modules/commons/writing/shown-page.ts'
import { fieldId } from '#modules/commons/writing/views/hand.ts'

/** Several fields that answer one question. */
export function Several({
  answer,
  by,
  children,
  cls,
}: {
  answer: ShownAnswer
  /** Ids of what explains the fields. */
  by: string | undefined
  cls: string
  children: ComponentChildren
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: its legend is the heading of the question, which stands outside
    <div
      class={cls}
      role="group"
      id={fieldId(answer.path)}
      tabIndex={-1}
      aria-labelledby={`${fieldId(answer.path)}-question`}
      aria-describedby={by}
    >
      {children}
    </div>
  )
}

export function wrong(answer: ShownAnswer, by: string | undefined) {
  return {
    'aria-describedby': by,
    ...((answer.problem || answer.conflict) && { 'aria-invalid': 'true' as const }),
  }
}
