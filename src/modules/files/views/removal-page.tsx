import { href } from '#http/routes.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import type { StoredFile } from '#platform/files/files.ts'
import { Form } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'
import { size } from '#ui/size.ts'

/** Says what goes, before it goes. */
export function RemovalPage({ network, file }: { network: Network; file: StoredFile }) {
  const { i18n } = useFrame()
  const { t, day, locale } = i18n
  const here = { locale, network: network.slug }
  return (
    <NetworkLayout of={network} title={t('files.removal.title')} noIndex>
      <p class="crumbs">
        <a href={href('files', here)}>{t('files.name')}</a>
      </p>
      <h1>{t('files.removal.title')}</h1>
      {file.width !== null && (
        <p>
          <img
            class="removed-picture"
            src={href('filePreview', { ...here, id: file.id, width: 320 })}
            alt={file.name}
          />
        </p>
      )}
      <p>
        <strong>{file.name}</strong>
        <br />
        <small>
          {size(i18n, file.bytes)} · {day(file.createdAt, network.timeZone)}
        </small>
      </p>
      <p>{t('files.removal.what')}</p>
      <Form
        action={href('fileRemoval', { ...here, id: file.id })}
        submit={t('files.removal.submit')}
        danger
      />
      <p>
        <a href={href('files', here)}>{t('files.removal.keep')}</a>
      </p>
    </NetworkLayout>
  )
}
