import { href } from '#http/routes.ts'
import type { Subject } from '#modules/commons/following/following.ts'
import { isWhole, writeQuery } from '#modules/commons/search/query.ts'
import type { MessageKey } from '#platform/i18n/i18n.ts'
import { ActionButton } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

const labels: Record<Subject['kind'], MessageKey> = {
  search: 'following.follow.search',
  theme: 'following.follow.theme',
  author: 'following.follow.author',
  item: 'following.follow.item',
}

const followedLabels: Record<Subject['kind'], MessageKey> = {
  search: 'following.followed.search',
  theme: 'following.followed.theme',
  author: 'following.followed.author',
  item: 'following.followed.item',
}

/** One press follows what the page is about. For members; of the whole commons there is nothing to follow. */
export function FollowButton({
  network,
  subject,
  following,
}: {
  network: string
  subject: Subject
  /** By which the reader follows it already. */
  following: string | null
}) {
  const { i18n, place } = useFrame()
  const { t, locale } = i18n
  if (place?.slug !== network || place.role === 'visitor') return null
  if (subject.kind === 'search' && isWhole(subject.query)) return null
  if (following !== null)
    return (
      <div class="follow followed-already no-print">
        <a href={`${href('following', { locale, network })}#following-${following}`}>
          {t(followedLabels[subject.kind])}
        </a>
        <ActionButton
          action={href('followingRemoval', { locale, network, id: following })}
          label={t('following.stop')}
        />
      </div>
    )
  return (
    <form method="post" action={href('following', { locale, network })} class="follow no-print">
      {Object.entries(fieldsOf(subject)).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <button type="submit" class="button quiet">
        {t(labels[subject.kind])}
      </button>
    </form>
  )
}

function fieldsOf(subject: Subject): Record<string, string> {
  switch (subject.kind) {
    case 'search':
      return { kind: 'search', query: writeQuery({ ...subject.query, after: null }).toString() }
    case 'theme':
      return { kind: 'theme', theme: subject.key }
    case 'author':
      return { kind: 'author', person: subject.personId }
    case 'item':
      return { kind: 'item', item: subject.itemId }
  }
}
