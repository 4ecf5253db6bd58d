import { href } from '#http/routes.ts'
import type { GroupFile } from '#modules/groups/group-files.ts'
import type { OpenedGroup } from '#modules/groups/opening.ts'
import { GroupFrame } from '#modules/groups/views/group-frame.tsx'
import { MoreLink, type Network } from '#modules/network/index.ts'
import { Form } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** What could not be kept, and why. */
export interface Refused {
  name: string
  why: string
}

export function GroupFilesPage(props: {
  network: Network
  opened: OpenedGroup
  files: GroupFile[]
  next: string | null
  /** Null: nothing was sent just now. */
  refused: Refused[] | null
}) {
  const { network, opened, files, refused } = props
  const { t, locale, day } = useFrame().i18n
  const here = { locale, network: network.slug, group: opened.group.slug }
  return (
    <GroupFrame network={network} opened={opened} at="groupFiles">
      <div class="listing">
        {refused && (
          <div class="problems" role="alert" tabIndex={-1}>
            <p>
              {refused.length === 0 ? t('files.nothing-sent') : t('files.refused', { count: refused.length })}
            </p>
            <ul>
              {refused.map(({ name, why }) => (
                <li key={name}>
                  <strong>{name}</strong> – {why}
                </li>
              ))}
            </ul>
          </div>
        )}
        <p>{opened.group.visibility === 'group' ? t('group.files.group') : t('group.files.network')}</p>
        {files.length === 0 ? (
          <p>{t('group.files.none')}</p>
        ) : (
          <ul class="plain-list">
            {files.map(file => (
              <li key={file.id}>
                <a href={href('file', { locale, network: network.slug, id: file.id })}>{file.name}</a>
                <small>
                  {[file.sender, day(file.createdAt, network.timeZone)].filter(Boolean).join(' · ')}
                </small>
              </li>
            ))}
          </ul>
        )}
        <MoreLink next={props.next} />
        {opened.mayTakePart && (
          <details class="upload" open={files.length === 0}>
            <summary class="button">{t('files.upload')}</summary>
            <Form action={href('groupFiles', here)} submit={t('files.upload.submit')} multipart>
              <div class="field">
                <label for="field-files">{t('files.upload.files')}</label>
                <input id="field-files" name="files" type="file" multiple required />
              </div>
            </Form>
          </details>
        )}
      </div>
    </GroupFrame>
  )
}
