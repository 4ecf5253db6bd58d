import type { ComponentChildren } from 'preact'
import { Layout } from '#ui/layout.tsx'

/** A page of those who are not in yet: one thing to do, and little beside it. */
export function DoorLayout(props: {
  title: string
  lede?: string | undefined
  scripts?: string[]
  children: ComponentChildren
}) {
  return (
    <Layout title={props.title} noIndex {...(props.scripts && { scripts: props.scripts })}>
      <article class="door">
        <h1>{props.title}</h1>
        {props.lede && <p class="lede">{props.lede}</p>}
        {props.children}
      </article>
    </Layout>
  )
}
