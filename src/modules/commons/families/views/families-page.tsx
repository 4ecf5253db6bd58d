import { href } from '#http/routes.ts'
import { writtenKinds } from '#modules/commons/facets.ts'
import type { Filing } from '#modules/commons/families/filing.ts'
import type { Alike, FamiliesQuery, Family } from '#modules/commons/families/listing.ts'
import { fileWords, refusalWords } from '#modules/commons/families/refusal-words.ts'
import { mostDecisions } from '#modules/commons/families/rules-file.ts'
import type { Received } from '#modules/commons/families/rules-import.ts'
import { FilingNotice } from '#modules/commons/families/views/filing-notice.tsx'
import { MoreLink, type Network, NetworkLayout } from '#modules/network/index.ts'
import { useFrame } from '#ui/frame.ts'

interface FamiliesPageProps {
  network: Network
  query: FamiliesQuery
  families: Family[]
  next: string | null
  alike: Alike[]
  /** By the key of the family below. */
  parents: Map<string, string>
  names: Map<string, { label: string; items: number }>
  filing: Filing | null
  imported: Received | null
}

/** Where a curator sees which words there are, and in which families they stand. */
export function FamiliesPage(props: FamiliesPageProps) {
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const { network, query, families } = props
  const here = { locale, network: network.slug }
  return (
    <NetworkLayout of={network} title={t('families.name')} noIndex>
      <div class="listing families">
        <p class="crumbs">
          <a href={href('commons', here)}>{t('commons.name')}</a>
        </p>
        <h1>{t('families.name')}</h1>
        <p class="lede">{t('families.lede')}</p>
        <FilingNotice filing={props.filing} />
        {props.imported && <Imported imported={props.imported} />}
        <nav class="kinds tags" aria-label={t('families.kinds')}>
          {writtenKinds.map(kind => (
            <a
              key={kind}
              class={kind === query.kind ? 'tag on' : 'tag'}
              aria-current={kind === query.kind ? 'page' : undefined}
              href={href('families', here, new URLSearchParams({ kind }))}
            >
              {t(`commons.facet.${kind}`)}
            </a>
          ))}
        </nav>
        <search>
          <form class="search" method="get" action={href('families', here)}>
            <label class="visually-hidden" for="q">
              {t('families.search')}
            </label>
            <input type="hidden" name="kind" value={query.kind} />
            <input
              id="q"
              type="search"
              name="q"
              value={query.q}
              placeholder={t('families.search')}
              maxLength={200}
            />
            <button class="button" type="submit">
              {t('list.search')}
            </button>
          </form>
        </search>
        {families.length === 0 ? (
          <p class="notice">{t(query.q === '' ? 'families.none' : 'families.none-found')}</p>
        ) : (
          <table class="roll">
            <thead>
              <tr>
                <th scope="col">{t('families.family')}</th>
                <th scope="col">{t('families.pages')}</th>
                <th scope="col">{t('families.spellings')}</th>
              </tr>
            </thead>
            <tbody>
              {families.map(family => (
                <FamilyRow key={family.key} family={family} {...props} />
              ))}
            </tbody>
          </table>
        )}
        <MoreLink next={props.next} />
        <section aria-labelledby="rules">
          <h2 id="rules">{t('families.rules')}</h2>
          <p>{t('families.rules.lede')}</p>
          <p class="buttons">
            <a class="button quiet" href={href('familyRules', here)}>
              {t('families.rules.export')}
            </a>
          </p>
          <form class="form" method="post" action={href('familyImport', here)} enctype="multipart/form-data">
            <div class="field">
              <label for="field-file">{t('families.rules.file')}</label>
              <small class="hint" id="field-file-hint">
                {t('families.rules.file.hint', { most: mostDecisions })}
              </small>
              <input
                id="field-file"
                name="file"
                type="file"
                accept=".csv,text/csv"
                aria-describedby="field-file-hint"
                required
              />
            </div>
            <p class="buttons">
              <button type="submit" class="button quiet">
                {t('families.rules.import')}
              </button>
            </p>
          </form>
        </section>
      </div>
    </NetworkLayout>
  )
}

function FamilyRow(props: FamiliesPageProps & { family: Family }) {
  const { i18n } = useFrame()
  const { t, locale, number } = i18n
  const { network, query, family, names } = props
  const address = (key: string, into?: string) =>
    href(
      'family',
      { locale, network: network.slug, kind: query.kind, family: key },
      into === undefined ? undefined : new URLSearchParams({ into }),
    )
  const parent = props.parents.get(family.key)
  const alike = props.alike.filter(({ key }) => key === family.key)
  return (
    <tr>
      <td>
        <a class="who" href={address(family.key)}>
          {family.labels?.[locale] ?? family.label}
        </a>{' '}
        {family.hidden && <span class="tag">{t('families.hidden')}</span>}
        {parent !== undefined && (
          <small class="line">{t('families.under', { family: names.get(parent)?.label ?? parent })}</small>
        )}
        {alike.length > 0 && (
          <small class="line">
            {t('families.alike')}{' '}
            {alike.map(({ other }, index) => {
              const { label = other, items = 0 } = names.get(other) ?? {}
              // The smaller one is looked at, to go into the larger.
              const to = items > family.items ? address(family.key, other) : address(other, family.key)
              return (
                <>
                  {index > 0 && ', '}
                  <a href={`${to}#merge`}>
                    {label} ({number(items)})
                  </a>
                </>
              )
            })}
          </small>
        )}
      </td>
      <td>{number(family.items)}</td>
      <td>{number(family.spellings)}</td>
    </tr>
  )
}

function Imported({ imported }: { imported: Received }) {
  const { t } = useFrame().i18n
  if ('problem' in imported)
    return (
      <div class="problems" role="alert">
        <p>{t(fileWords[imported.problem], { most: mostDecisions })}</p>
      </div>
    )
  const { decided, read, refused } = imported
  return (
    <div class="notice" role="status">
      <p>{t('families.file.done', { read, taken: decided.taken.length })}</p>
      {decided.waiting && <p>{t('done.families-waiting')}</p>}
      {refused.length > 0 && (
        <ul>
          {refused.map(({ line, refusal }) => (
            <li key={line}>
              {t('families.file.line', { line })} {t(refusalWords[refusal], { typed: '' })}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
