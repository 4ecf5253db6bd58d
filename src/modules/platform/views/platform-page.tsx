import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { inLanguage, type Network } from '#modules/network/index.ts'
import { networkFields } from '#modules/platform/views/start-page.tsx'
import { Form, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'
import { Layout } from '#ui/layout.tsx'

/** The installation, for those who run it. What its networks keep for themselves is not theirs to read. */
export function PlatformPage({ networks, form }: { networks: Network[]; form: FormState }) {
  const { t, locale } = useFrame().i18n
  const tools = [
    {
      address: href('platformHealth', { locale }),
      name: t('health.title'),
      about: t('platform.tools.health'),
    },
    {
      address: href('platformJobs', { locale }),
      name: t('administration.jobs'),
      about: t('platform.tools.jobs'),
    },
    {
      address: href('platformMail', { locale }),
      name: t('administration.mail'),
      about: t('platform.tools.mail'),
    },
    { address: href('platformAudit', { locale }), name: t('audit.title'), about: t('platform.tools.audit') },
  ]
  return (
    <Layout title={t('platform.title')} noIndex>
      <header>
        <h1>{t('platform.title')}</h1>
        <p class="lede">{t('platform.lede')}</p>
      </header>
      <section>
        <h2>{t('platform.tools')}</h2>
        <ul class="plain-list">
          {tools.map(({ address, name, about }) => (
            <li key={address}>
              <a href={address}>{name}</a>
              <small>{about}</small>
            </li>
          ))}
        </ul>
      </section>
      <section>
        <h2>{t('platform.networks')}</h2>
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th>{t('start.network-name')}</th>
                <th>{t('start.slug')}</th>
                <th>{t('start.visibility')}</th>
                <th>{t('start.time-zone')}</th>
              </tr>
            </thead>
            <tbody>
              {networks.map(network => {
                const name = inLanguage(network.name, locale, network.locale)
                return (
                  <tr key={network.id}>
                    <td lang={name.locale}>
                      {network.visibility === 'public' ? (
                        <a href={href('network', { locale, network: network.slug })}>{name.text}</a>
                      ) : (
                        name.text
                      )}{' '}
                      {network.demonstration && <span class="tag">{t('platform.demonstration')}</span>}
                    </td>
                    <td>{network.slug}</td>
                    <td>{t(`start.${network.visibility}`)}</td>
                    <td>{network.timeZone}</td>
                  </tr>
                )
              })}
            </tbody>
          </table>
        </div>
      </section>
      <section>
        <h2>{t('platform.found')}</h2>
        <p>{t('platform.found.text')}</p>
        <Form action={href('platformNetworks', { locale })} state={form} submit={t('platform.found.submit')}>
          {networkFields(t, form, 'name')}
          <TextField
            name="administrator"
            type="email"
            label={t('platform.administrator')}
            hint={t('platform.administrator.hint')}
            state={form}
            autocomplete="off"
            required
          />
        </Form>
      </section>
    </Layout>
  )
}
