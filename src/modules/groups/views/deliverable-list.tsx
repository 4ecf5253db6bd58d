import { href } from '#http/routes.ts'
import type { Deliverable } from '#modules/groups/deliverables.ts'
import { deliverableStateNames } from '#modules/groups/views/names.ts'
import { useFrame } from '#ui/frame.ts'

/** What is to come of it, by when, and where it is. */
export function DeliverableList({
  deliverables,
  network,
}: {
  deliverables: Deliverable[]
  network: { slug: string }
}) {
  const { t, locale, day } = useFrame().i18n
  return (
    <ul class="tasks">
      {deliverables.map(one => (
        <li key={one.id} data-state={one.overdue ? 'overdue' : one.state}>
          <div>
            <a class="who" href={href('deliverable', { locale, network: network.slug, deliverable: one.id })}>
              {one.title}
            </a>
            <small>
              {t(deliverableStateNames[one.state])}
              {one.dueOn && ` · ${t(one.overdue ? 'task.overdue' : 'task.due-on', { day: day(one.dueOn) })}`}
            </small>
          </div>
          <div class="state">
            <WhereItIs deliverable={one} network={network} />
          </div>
        </li>
      ))}
    </ul>
  )
}

/** The file, or the page. */
export function WhereItIs({ deliverable, network }: { deliverable: Deliverable; network: { slug: string } }) {
  const { t, locale } = useFrame().i18n
  const { file, url } = deliverable
  return (
    <>
      {file && <a href={href('file', { locale, network: network.slug, id: file.id })}>{file.name}</a>}
      {file && url && ' · '}
      {url && (
        <a href={url} rel="noopener nofollow">
          {url.startsWith('/') ? t('deliverable.page') : new URL(url).hostname}
        </a>
      )}
    </>
  )
}
