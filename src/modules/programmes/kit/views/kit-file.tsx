import { href } from '#http/routes.ts'
import { durationOf } from '#modules/meetings/index.ts'
import type { Network } from '#modules/network/index.ts'
import type { ProgrammeKit } from '#modules/programmes/kit/kit.ts'
import { detailsOf } from '#modules/programmes/sheets/views/sheet.tsx'
import { renderMarkdown } from '#platform/markdown/index.ts'
import { useFrame } from '#ui/frame.ts'

/** One page that needs nothing else: its few rules of style are in it, and no script. */
export function KitFile({ network, kit }: { network: Network; kit: ProgrammeKit }) {
  const { i18n, origin } = useFrame()
  const { t, locale, day, period, clock } = i18n
  const { programme, next, meeting } = kit
  if (!next) return null
  const { capsule, step } = next
  const here = { locale, network: network.slug, programme: programme.id, step: step.id }
  return (
    <html lang={locale}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{step.title}</title>
        <style dangerouslySetInnerHTML={{ __html: style }} />
      </head>
      <body>
        <p>
          {programme.name} · {capsule.title}
        </p>
        <h1>{step.title}</h1>
        <p>
          {t('programme-sheet.between', { from: day(step.opensOn), until: day(step.dueOn) })} ·{' '}
          {durationOf(step.minutes, t)}
          {step.tutor && ` · ${t('programme-sheet.tutored', { name: step.tutor.name })}`}
        </p>
        <Text markdown={step.aim} />
        <h2>{t('programme-sheet.prepare')}</h2>
        {step.expectations.length === 0 && <p>{t('programme-sheet.nothing')}</p>}
        <ul>
          {step.expectations.map(one => (
            <li key={one.id}>
              <strong>☐ {one.title}</strong>
              {one.optional && ` (${t('programme-sheet.optional')})`}
              {detailsOf(one).help && <p>{detailsOf(one).help}</p>}
              <ul>
                {detailsOf(one).links.map(({ title, url }) => (
                  <li key={url}>
                    <a href={url}>{title}</a>
                  </li>
                ))}
                {detailsOf(one).parts.map(part => (
                  <li key={part}>{part}</li>
                ))}
              </ul>
            </li>
          ))}
        </ul>
        {meeting && (
          <>
            <h2>{meeting.meeting.title}</h2>
            <p>
              {[
                period(meeting.meeting.startsAt, meeting.meeting.endsAt, meeting.meeting.timeZone),
                meeting.meeting.place,
                meeting.meeting.address,
              ]
                .filter(Boolean)
                .join(' · ')}
            </p>
            {meeting.meeting.videoUrl && (
              <p>
                <a href={meeting.meeting.videoUrl}>{meeting.meeting.videoUrl}</a>
              </p>
            )}
            <Text markdown={meeting.meeting.about} />
            <Text markdown={meeting.meeting.preparation} />
            {meeting.agenda.length > 0 && (
              <>
                <h3>{t('kit.agenda')}</h3>
                <ol>
                  {meeting.agenda.map(item => (
                    <li key={item.id}>
                      {item.startsAt && `${clock(item.startsAt, meeting.meeting.timeZone)} · `}
                      {item.title}
                      {item.speaker && ` · ${item.speaker}`}
                      <Text markdown={item.details} />
                    </li>
                  ))}
                </ol>
              </>
            )}
          </>
        )}
        <hr />
        <p>
          <small>
            {t('kit.file.made', { day: day(new Date(), programme.timeZone) })}{' '}
            <a href={origin + href('programmeStep', here)}>{origin + href('programmeStep', here)}</a>
          </small>
        </p>
      </body>
    </html>
  )
}

function Text({ markdown }: { markdown: string }) {
  if (markdown === '') return null
  return <div dangerouslySetInnerHTML={{ __html: renderMarkdown(markdown, { headingShift: 2 }) }} />
}

const style = `:root{color-scheme:light dark}body{font:1.05rem/1.6 system-ui,sans-serif;max-width:40rem;margin:0 auto;padding:1rem}
h1,h2,h3{font-family:Georgia,serif;line-height:1.25}h2{margin-top:2rem}a{overflow-wrap:anywhere}img{max-width:100%}`
