import type { ComponentChildren } from 'preact'
import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { locales } from '#kernel/locale.ts'
import type { FacetKind } from '#modules/commons/facets.ts'
import type { FamilyView } from '#modules/commons/families/family-view.ts'
import { FilingNotice } from '#modules/commons/families/views/filing-notice.tsx'
import { History } from '#modules/commons/families/views/history.tsx'
import { emptyQuery, writeQuery } from '#modules/commons/search/query.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { ActionButton, Form, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

export interface FamilyPageProps extends FamilyView {
  network: Network
  kind: FacetKind
  forms: Record<'merge' | 'parent' | 'name', FormState>
  /** What is wrong with what a button asked for. */
  problem: string | null
}

/** A family of tags: how it is written, where it stands, and what was decided about it. */
export function FamilyPage(props: FamilyPageProps) {
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const { network, kind, family, spellings, names, forms } = props
  const here = { locale, network: network.slug }
  const label = family.labels?.[locale] ?? family.label
  const decisions = (key: string) => href('familyDecisions', { ...here, kind, family: key })
  const linkTo = (key: string) => (
    <a key={key} class="tag" href={href('family', { ...here, kind, family: key })}>
      {names.get(key)?.label ?? key}
    </a>
  )
  const search = writeQuery({ ...emptyQuery, facets: { [kind]: [family.key] } })
  return (
    <NetworkLayout of={network} title={label} noIndex>
      <div class="listing family">
        <p class="crumbs">
          <a href={href('families', here, new URLSearchParams({ kind }))}>{t('families.name')}</a> ›{' '}
          {t(`commons.facet.${kind}`)}
        </p>
        <h1>{label}</h1>
        <p class="facts">
          <a href={href('commons', here, search)}>{t('families.count.pages', { count: family.items })}</a>
          {' · '}
          {t('families.count.public', { count: family.publicItems })}
          {family.hidden && ` · ${t('families.hidden')}`}
        </p>
        <FilingNotice filing={props.filing} />
        {props.problem && (
          <div class="problems" role="alert">
            <p>{props.problem}</p>
          </div>
        )}
        {(props.parents.length > 0 || props.children.length > 0) && (
          <dl class="about">
            <Place name={t('families.above')}>{props.parents.map(linkTo)}</Place>
            <Place name={t('families.below')}>{props.children.map(linkTo)}</Place>
          </dl>
        )}

        <section aria-labelledby="spellings">
          <h2 id="spellings">{t('families.spellings')}</h2>
          {spellings.length === 0 ? (
            <p>{t('families.spellings.none')}</p>
          ) : (
            <table class="roll">
              <thead>
                <tr>
                  <th scope="col">{t('families.written')}</th>
                  <th scope="col">{t('families.pages')}</th>
                  {spellings.length > 1 && <th scope="col">{t('families.decide')}</th>}
                </tr>
              </thead>
              <tbody>
                {spellings.map(({ written, items, publicItems }) => (
                  <tr key={written}>
                    <td>{written}</td>
                    <td>
                      {i18n.number(items)}
                      {publicItems === 0 && <small class="line">{t('families.inside-only')}</small>}
                    </td>
                    {spellings.length > 1 && (
                      <td>
                        <ActionButton
                          action={decisions(family.key)}
                          label={t('families.split')}
                          fields={{ action: 'spelling', written }}
                        />
                        <span class="visually-hidden">{written}</span>
                      </td>
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </section>

        {props.alike.length > 0 && (
          <section aria-labelledby="alike">
            <h2 id="alike">{t('families.alike.title')}</h2>
            <p>{t('families.alike.lede')}</p>
            <ul class="entries">
              {props.alike.map(({ other }) => (
                <li key={other}>
                  <div>
                    {linkTo(other)}
                    <small>{t('families.count.pages', { count: names.get(other)?.items ?? 0 })}</small>
                  </div>
                  <div class="aside">
                    <ActionButton
                      action={decisions(other)}
                      label={t('families.take-in')}
                      fields={{ action: 'merge', intoKey: family.key }}
                    />
                  </div>
                </li>
              ))}
            </ul>
          </section>
        )}

        <section aria-labelledby="decide">
          <h2 id="decide">{t('families.decide')}</h2>
          <Fold id="merge" title={t('families.merge')} form={forms.merge}>
            <Form action={decisions(family.key)} state={forms.merge} submit={t('families.merge.submit')}>
              <input type="hidden" name="action" value="merge" />
              <input type="hidden" name="intoKey" value={forms.merge.values.intoKey?.[0] ?? ''} />
              <input type="hidden" name="proposed" value={forms.merge.values.proposed?.[0] ?? ''} />
              <TextField
                name="into"
                label={t('families.merge.into')}
                hint={t(
                  network.visibility === 'public' ? 'families.merge.hint.public' : 'families.merge.hint',
                )}
                state={forms.merge}
                list={props.choices}
                maxLength={200}
                required
              />
            </Form>
          </Fold>
          <Fold id="name" title={t('families.rename')} form={forms.name}>
            <Form action={decisions(family.key)} state={forms.name} submit={t('form.save')}>
              <input type="hidden" name="action" value="name" />
              <p class="hint">{t('families.rename.hint')}</p>
              {locales.map(language => (
                <TextField
                  key={language}
                  name={`label_${language}`}
                  label={i18n.language(language)}
                  state={forms.name}
                  maxLength={120}
                />
              ))}
            </Form>
          </Fold>
          <Fold id="parent" title={t('families.place')} form={forms.parent}>
            <Form action={decisions(family.key)} state={forms.parent} submit={t('form.save')}>
              <input type="hidden" name="action" value="parent" />
              <TextField
                name="into"
                label={t('families.place.under')}
                hint={t('families.place.hint')}
                state={forms.parent}
                list={props.choices}
                maxLength={200}
              />
            </Form>
          </Fold>
          <p class="hide">
            <ActionButton
              action={decisions(family.key)}
              label={t(family.hidden ? 'families.show' : 'families.hide')}
              fields={{ action: 'hidden', hidden: family.hidden ? 'no' : 'yes' }}
            />
            <small>{t('families.hide.hint')}</small>
          </p>
        </section>

        {props.hits.length > 0 && (
          <section aria-labelledby="items">
            <h2 id="items">{t('families.items')}</h2>
            <ul class="entries">
              {props.hits.map(hit => (
                <li key={hit.id}>
                  <a
                    class="title"
                    href={href('item', { ...here, slug: hit.slug })}
                    lang={hit.language ?? undefined}
                  >
                    {hit.title}
                  </a>
                </li>
              ))}
            </ul>
            <p>
              <a href={href('commons', here, search)}>{t('families.items.all')}</a>
            </p>
          </section>
        )}
        <History network={network} history={props.history} names={names} />
      </div>
    </NetworkLayout>
  )
}

function Place({ name, children }: { name: string; children: ComponentChildren[] }) {
  if (children.length === 0) return null
  return (
    <div>
      <dt>{name}</dt>
      <dd class="tags">{children}</dd>
    </div>
  )
}

/** Open where something is to be mended or was proposed. */
function Fold(props: { id: string; title: string; form: FormState; children: ComponentChildren }) {
  const wrong = Object.keys(props.form.errors).length > 0
  const proposed = props.id === 'merge' && Boolean(props.form.values.into?.[0])
  return (
    <details id={props.id} open={wrong || proposed}>
      <summary>{props.title}</summary>
      {props.children}
    </details>
  )
}
