import type { AwaitingGroup } from '#modules/groups/arriving.ts'
import { useFrame } from '#ui/frame.ts'

export function AwaitingGroups({ groups }: { groups: AwaitingGroup[] }) {
  const { t } = useFrame().i18n
  return (
    <section class="awaiting">
      <h2>{t('group.awaiting', { count: groups.length })}</h2>
      <ul>
        {groups.map(({ name, summary, message }) => (
          <li key={name}>
            <strong>{name}</strong>
            {summary && ` — ${summary}`}
            {message && <blockquote>{message}</blockquote>}
          </li>
        ))}
      </ul>
    </section>
  )
}
