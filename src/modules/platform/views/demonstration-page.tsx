import { rank } from '#http/policies.ts'
import { href } from '#http/routes.ts'
import type { DemonstrationPerson } from '#modules/platform/demonstration.ts'
import { ActionButton } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'
import { Layout } from '#ui/layout.tsx'

/** As whom one would like to look around. */
export function DemonstrationPage(props: { people: DemonstrationPerson[] }) {
  const { t, locale } = useFrame().i18n
  const mandates = props.people.flatMap(({ mandates }) => mandates)
  const size = (slug: string) => mandates.filter(({ network }) => network === slug).length
  // Where there is most to be first.
  const networks = new Map(
    mandates
      .map(({ network, networkName }) => [network, networkName] as const)
      .toSorted(([one], [other]) => size(other) - size(one)),
  )
  const platform = props.people.filter(person => person.platformAdministrator)
  return (
    <Layout title={t('demonstration.title')} description={t('demonstration.lede')} noIndex>
      <header>
        <h1>{t('demonstration.title')}</h1>
        <p class="lede">{t('demonstration.lede')}</p>
      </header>
      {networks.size > 3 && (
        <nav class="tags" aria-label={t('demonstration.networks')}>
          {[...networks].map(([slug, name]) => (
            <a key={slug} class="tag" href={`#${slug}`}>
              {name[locale] ?? Object.values(name)[0]}
            </a>
          ))}
        </nav>
      )}
      <div class="two">
        {[...networks].map(([slug, name]) => (
          <section key={slug} id={slug}>
            <h2>{name[locale] ?? Object.values(name)[0]}</h2>
            <ul class="people">
              {props.people
                .flatMap(person =>
                  person.mandates
                    .filter(({ network }) => network === slug)
                    .map(mandate => ({ ...person, ...mandate })),
                )
                .sort((a, b) => rank(b.role) - rank(a.role))
                .map(({ accountId, name, role, title, organisation }) => (
                  <Person
                    key={accountId}
                    accountId={accountId}
                    network={slug}
                    name={name}
                    role={t(`role.${role}`)}
                    about={`${title} · ${organisation}`}
                  />
                ))}
            </ul>
          </section>
        ))}
        <section>
          <h2>{t('role.visitor')}</h2>
          <p>
            {t('demonstration.visitor')} <a href={href('home', { locale })}>{t('demonstration.without')}</a>
          </p>
        </section>
        {platform.length > 0 && (
          <section>
            <h2>{t('demonstration.platform')}</h2>
            <ul class="people">
              {platform.map(person => (
                <Person
                  key={person.accountId}
                  accountId={person.accountId}
                  network=""
                  name={person.name}
                  role={t('role.platform')}
                  about={t('demonstration.platform-about')}
                />
              ))}
            </ul>
          </section>
        )}
      </div>
    </Layout>
  )
}

function Person(props: { accountId: string; network: string; name: string; role: string; about: string }) {
  const { t, locale } = useFrame().i18n
  return (
    <li>
      <div>
        <strong>{props.name}</strong> <span class="tag">{props.role}</span>
        <small>{props.about}</small>
      </div>
      <ActionButton
        action={href('demonstration', { locale })}
        label={t('demonstration.enter', { name: props.name })}
        fields={{ account: props.accountId, network: props.network }}
      />
    </li>
  )
}
