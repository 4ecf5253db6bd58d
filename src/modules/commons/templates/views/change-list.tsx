import type { Template } from '#modules/commons/templates/template.ts'
import type { TemplateChanges } from '#modules/commons/templates/template-changes.ts'
import { kindNames, pathName } from '#modules/commons/templates/views/words.ts'
import { useFrame } from '#ui/frame.ts'

/** What differs between two versions of a template, in words. */
export function ChangeList(props: { changes: TemplateChanges; before: Template; after: Template }) {
  const { changes, before, after } = props
  const { t, locale } = useFrame().i18n
  if (!changes.any) return <p>{t('templates.changes.none')}</p>
  const lists = [
    { label: t('templates.changes.added'), names: changes.added.map(path => pathName(after, path, locale)) },
    {
      label: t('templates.changes.removed'),
      names: changes.removed.map(path => pathName(before, path, locale)),
    },
    {
      label: t('templates.changes.kind'),
      names: changes.kindChanged.map(({ path, from, to }) =>
        t('templates.changes.kind.one', {
          name: pathName(after, path, locale),
          from: t(kindNames[from]),
          to: t(kindNames[to]),
        }),
      ),
    },
    {
      label: t('templates.changes.changed'),
      names: changes.changed.map(path => pathName(after, path, locale)),
    },
  ].filter(({ names }) => names.length > 0)
  return (
    <div class="template-changes">
      {lists.map(({ label, names }) => (
        <section key={label}>
          <h3>{label}</h3>
          <ul>
            {names.map(name => (
              <li key={name}>{name}</li>
            ))}
          </ul>
        </section>
      ))}
      {changes.moved && <p>{t('templates.changes.moved')}</p>}
      {changes.framed && <p>{t('templates.changes.framed')}</p>}
    </div>
  )
}
