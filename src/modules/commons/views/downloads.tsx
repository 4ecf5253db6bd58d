import { href } from '#http/routes.ts'
import { formats } from '#modules/commons/exports/formats.ts'
import { type CommonsQuery, writeQuery } from '#modules/commons/search/query.ts'
import { useFrame } from '#ui/frame.ts'

/** What was found, to take away in any of the formats. */
export function Downloads(props: { network: string; query: CommonsQuery }) {
  const { t, locale } = useFrame().i18n
  const params = writeQuery({ ...props.query, sort: 'recent', after: null })
  return (
    <p class="downloads">
      {t('commons.downloads')}{' '}
      {Object.entries(formats).map(([format, { extension }], index) => (
        <span key={format}>
          {index > 0 && ', '}
          <a
            rel="nofollow"
            href={href(
              'commonsExport',
              { locale, network: props.network, file: `commons.${extension}` },
              params,
            )}
          >
            {t(`commons.format.${format as keyof typeof formats}`)}
          </a>
        </span>
      ))}
    </p>
  )
}
