import { href } from '#http/routes.ts'
import { type Format, formats } from '#modules/commons/exports/formats.ts'
import { unordered } from '#modules/commons/search/order.ts'
import { type CommonsQuery, writeQuery } from '#modules/commons/search/query.ts'
import { useFrame } from '#ui/frame.ts'

/** What most people open first. */
const offered: Format[] = ['xlsx', 'csv', 'markdown', 'json', 'geojson', 'atom']

/** What was found, to take away in any of the formats. */
export function Downloads(props: { network: string; query: CommonsQuery }) {
  const { t, locale } = useFrame().i18n
  const params = writeQuery(unordered(props.query))
  return (
    <p class="downloads">
      {t('commons.downloads')}{' '}
      {offered.map((format, index) => (
        <span key={format}>
          {index > 0 && ', '}
          <a
            rel="nofollow"
            href={href(
              'commonsExport',
              { locale, network: props.network, file: `commons.${formats[format].extension}` },
              params,
            )}
          >
            {t(`commons.format.${format}`)}
          </a>
        </span>
      ))}
    </p>
  )
}
