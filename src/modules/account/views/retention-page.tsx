import { href } from '#http/routes.ts'
import type { MessageKey } from '#platform/i18n/i18n.ts'
import { useFrame } from '#ui/frame.ts'
import { Layout } from '#ui/layout.tsx'

/** What is kept, why, and for how long: true to the code, which each row names by what it does. */
const rows: [what: MessageKey, why: MessageKey, howLong: MessageKey][] = [
  ['retention.account', 'retention.account.why', 'retention.account.time'],
  ['retention.sessions', 'retention.sessions.why', 'retention.sessions.time'],
  ['retention.devices', 'retention.devices.why', 'retention.devices.time'],
  ['retention.links', 'retention.links.why', 'retention.links.time'],
  ['retention.person', 'retention.person.why', 'retention.person.time'],
  ['retention.writing', 'retention.writing.why', 'retention.writing.time'],
  ['retention.steps', 'retention.steps.why', 'retention.steps.time'],
  ['retention.following', 'retention.following.why', 'retention.following.time'],
  ['retention.consents', 'retention.consents.why', 'retention.consents.time'],
  ['retention.discussion', 'retention.discussion.why', 'retention.discussion.time'],
  ['retention.collectives', 'retention.collectives.why', 'retention.collectives.time'],
  ['retention.meetings', 'retention.meetings.why', 'retention.meetings.time'],
  ['retention.waiting', 'retention.waiting.why', 'retention.waiting.time'],
  ['retention.contacts', 'retention.contacts.why', 'retention.contacts.time'],
  ['retention.device', 'retention.device.why', 'retention.device.time'],
  ['retention.files', 'retention.files.why', 'retention.files.time'],
  ['retention.mail', 'retention.mail.why', 'retention.mail.time'],
  ['retention.silence', 'retention.silence.why', 'retention.silence.time'],
  ['retention.audit', 'retention.audit.why', 'retention.audit.time'],
  ['retention.limits', 'retention.limits.why', 'retention.limits.time'],
  ['retention.logs', 'retention.logs.why', 'retention.logs.time'],
  ['retention.backups', 'retention.backups.why', 'retention.backups.time'],
]

export function RetentionPage() {
  const { i18n, viewer } = useFrame()
  const { t, locale } = i18n
  return (
    <Layout title={t('retention.title')}>
      <article class="retention">
        <h1>{t('retention.title')}</h1>
        <p class="lede">{t('retention.lede')}</p>
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">{t('retention.what')}</th>
                <th scope="col">{t('retention.why')}</th>
                <th scope="col">{t('retention.time')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(([what, why, howLong]) => (
                <tr key={what}>
                  <th scope="row">{t(what)}</th>
                  <td data-label={t('retention.why')}>{t(why)}</td>
                  <td data-label={t('retention.time')}>{t(howLong)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <p>{t('retention.not')}</p>
        <p>
          {viewer ? (
            <a href={href('accountData', { locale })}>{t('retention.own')}</a>
          ) : (
            t('retention.rights')
          )}
        </p>
      </article>
    </Layout>
  )
}
