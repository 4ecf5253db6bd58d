import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { FilesQuery, KindCounts, ListedFile } from '#modules/files/files.ts'
import { kindNames, kindOf } from '#modules/files/kinds.ts'
import { mostFiles, type Received } from '#modules/files/receiving.ts'
import { MoreLink, type Network, NetworkLayout } from '#modules/network/index.ts'
import type { FileUsage } from '#platform/files/files.ts'
import { defaultLimits } from '#platform/files/receiving.ts'
import { Choices, Form } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'
import { size } from '#ui/size.ts'

interface FilesPageProps {
  network: Network
  query: FilesQuery
  files: (ListedFile & { removable: boolean })[]
  counts: KindCounts
  next: string | null
  /** What the network keeps; null for the public, who can add nothing. */
  usage: FileUsage | null
  /** What became of the files just sent, where not all went well. */
  received: Received | null
}

export function FilesPage(props: FilesPageProps) {
  const { network, query, files, usage } = props
  const { t, locale } = useFrame().i18n
  return (
    <NetworkLayout of={network} title={t('files.name')} noIndex>
      <div class="listing">
        <h1>{t('files.name')}</h1>
        {props.received && <Outcome {...props.received} />}
        {usage && <Room usage={usage} />}
        {usage && <UploadForm network={network} />}
        <search>
          <form class="search" method="get" action={href('files', { locale, network: network.slug })}>
            <label class="visually-hidden" for="q">
              {t('files.search')}
            </label>
            <input
              id="q"
              type="search"
              name="q"
              value={query.q}
              placeholder={t('files.search')}
              maxLength={200}
            />
            {query.kind && <input type="hidden" name="kind" value={query.kind} />}
            <button class="button" type="submit">
              {t('list.search')}
            </button>
          </form>
        </search>
        <Kinds {...props} />
        {files.length === 0 ? (
          <p>{query.q || query.kind ? t('files.none-found') : t('files.none')}</p>
        ) : (
          <ul class="files">
            {files.map(file => (
              <FileEntry key={file.id} file={file} network={network} />
            ))}
          </ul>
        )}
        <MoreLink next={props.next} />
      </div>
    </NetworkLayout>
  )
}

function Outcome({ added, refused }: Received) {
  const { t } = useFrame().i18n
  return (
    <div class="problems" role="alert" tabIndex={-1}>
      {added.length > 0 && <p>{t('files.added', { count: added.length })}</p>}
      <p>{refused.length === 0 ? t('files.nothing-sent') : t('files.refused', { count: refused.length })}</p>
      <ul>
        {refused.map(({ name, why }) => (
          <li key={name}>
            <strong>{name}</strong> – {why}
          </li>
        ))}
      </ul>
    </div>
  )
}

function Room({ usage }: { usage: FileUsage }) {
  const { i18n } = useFrame()
  const allowed = defaultLimits.networkBytes
  return (
    <p class="room">
      <meter
        min={0}
        max={allowed}
        high={allowed * 0.9}
        value={usage.bytes}
        aria-label={i18n.t('files.room.name')}
      />
      <small>{i18n.t('files.room', { used: size(i18n, usage.bytes), allowed: size(i18n, allowed) })}</small>
    </p>
  )
}

function UploadForm({ network }: { network: Network }) {
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const hint = t('files.upload.hint', { most: mostFiles, size: size(i18n, defaultLimits.fileBytes) })
  const state: FormState = { values: { visibility: ['network'] }, errors: {} }
  return (
    <details class="upload">
      <summary class="button">{t('files.upload')}</summary>
      <Form
        action={href('files', { locale, network: network.slug })}
        submit={t('files.upload.submit')}
        multipart
      >
        <div class="field">
          <label for="field-files">{t('files.upload.files')}</label>
          <small class="hint" id="field-files-hint">
            {hint}
          </small>
          <input
            id="field-files"
            name="files"
            type="file"
            aria-describedby="field-files-hint"
            multiple
            required
          />
        </div>
        {network.visibility === 'public' ? (
          <Choices
            name="visibility"
            label={t('files.visibility')}
            state={state}
            choices={[
              { value: 'network', label: t('files.visibility.network') },
              {
                value: 'public',
                label: t('files.visibility.public'),
                hint: t('files.visibility.public.hint'),
              },
            ]}
            required
          />
        ) : (
          <p>{t('files.visibility.private')}</p>
        )}
      </Form>
    </details>
  )
}

function Kinds({ network, query, counts }: FilesPageProps) {
  const { t, locale, number } = useFrame().i18n
  if (counts.length < 2 && query.kind === null) return null
  const leading = (kind: FilesQuery['kind']) => {
    const search = new URLSearchParams()
    if (query.q) search.set('q', query.q)
    if (kind) search.set('kind', kind)
    return href('files', { locale, network: network.slug }, search)
  }
  const all = counts.reduce((sum, { count }) => sum + count, 0)
  const kinds = [
    { kind: null, label: t('files.all'), count: all },
    ...counts.map(({ kind, count }) => ({ kind, label: t(kindNames[kind]), count })),
  ]
  return (
    <nav class="tags chosen" aria-label={t('list.filters')}>
      {kinds.map(({ kind, label, count }) => (
        <a
          key={label}
          class={kind === query.kind ? 'tag on' : 'tag'}
          href={leading(kind)}
          aria-current={kind === query.kind ? 'true' : undefined}
        >
          {label} <small>{number(count)}</small>
        </a>
      ))}
    </nav>
  )
}

function FileEntry({ file, network }: { file: FilesPageProps['files'][number]; network: Network }) {
  const { i18n } = useFrame()
  const { t, day, locale } = i18n
  const here = { locale, network: network.slug, id: file.id }
  const download = new URLSearchParams({ download: '' })
  const facts = [
    t(kindNames[kindOf(file.mediaType)]),
    size(i18n, file.bytes),
    file.sender,
    day(file.createdAt, network.timeZone),
  ].filter(Boolean)
  return (
    <li>
      <span class="thumbnail" data-kind={kindOf(file.mediaType)} aria-hidden="true">
        {file.width === null ? (
          extensionOf(file.name)
        ) : (
          <img src={href('filePreview', { ...here, width: 320 })} alt="" loading="lazy" decoding="async" />
        )}
      </span>
      <div class="about">
        <a class="who" href={href('file', here)}>
          {file.name}
        </a>
        <small>{facts.join(' · ')}</small>
        {file.visibility === 'public' && network.visibility === 'public' && (
          <small>{t('files.seen-by-everyone')}</small>
        )}
        {file.visibility === 'document' && <small>{t('files.seen-by-writers')}</small>}
        {file.visibility === 'group' && <small>{t('files.seen-by-group')}</small>}
      </div>
      <p class="does">
        <a href={href('file', here, download)} aria-label={t('files.download.name', { name: file.name })}>
          {t('files.download')}
        </a>
        {file.removable && (
          <a
            class="danger"
            href={href('fileRemoval', here)}
            aria-label={t('files.remove.name', { name: file.name })}
          >
            {t('files.remove')}
          </a>
        )}
      </p>
    </li>
  )
}

/** Four signs at most: a picture in place of a picture. */
function extensionOf(name: string): string {
  return /\.([a-z0-9]{1,4})$/i.exec(name)?.[1]?.toUpperCase() ?? ''
}
