import { useFrame } from '#ui/frame.ts'

/** The next page of a list that pages by key: what was chosen stays chosen. */
export function MoreLink({ next }: { next: string | null }) {
  const { i18n, path } = useFrame()
  if (next === null) return null
  const url = new URL(path, 'http://localhost')
  url.searchParams.set('after', next)
  url.searchParams.delete('done')
  return (
    <p class="more">
      <a class="button quiet" rel="next" href={url.pathname + url.search}>
        {i18n.t('list.more')}
      </a>
    </p>
  )
}
