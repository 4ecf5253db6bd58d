import { Fragment } from 'preact'
import type { Content } from '#platform/mail/content.ts'

// Mail programs know little of CSS: colours stand in the elements, and those that know dark mode find it in the head.
// Hexadecimal, since many of them do not read oklch().
const paper = '#fbfaf6'
const sheet = '#ffffff'
const ink = '#1d2528'
const muted = '#58646a'
const line = '#e0ded6'
const green = '#1f5c40'

const dark = `
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
  .paper { background: #121a1b !important; }
  .sheet { background: #1a2324 !important; border-color: #3a4547 !important; }
  .ink { color: #e6e7e2 !important; }
  .muted { color: #a9b3b5 !important; }
  .link { color: #8fd0ac !important; }
  .button { background: #8fd0ac !important; color: #121a1b !important; }
}
`

/** The one layout of all mail: a sheet with a heading, what is said, one button, and why it came. No picture. */
export function MailPage({ content }: { content: Content }) {
  const { button, silence, parts } = content
  return (
    <html lang={content.locale}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <meta name="format-detection" content="telephone=no, date=no, address=no, email=no" />
        <title>{content.subject}</title>
        <style>{dark}</style>
      </head>
      <body
        class="paper"
        style={`margin:0;padding:24px 12px;background:${paper};font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif;font-size:16px;line-height:1.55`}
      >
        <div
          class="sheet"
          style={`max-width:34em;margin:0 auto;padding:28px;background:${sheet};border:1px solid ${line};border-radius:6px`}
        >
          {content.above && (
            <p class="muted" style={`margin:0 0 20px;color:${muted};font-size:14px`}>
              {content.above}
            </p>
          )}
          <p class="muted" style={`margin:0 0 20px;color:${muted};font-size:14px`}>
            {content.network}
          </p>
          <p class="ink" style={paragraph}>
            {content.greeting}
          </p>
          {content.paragraphs.map(text => (
            <p key={text} class="ink" style={paragraph}>
              {text}
            </p>
          ))}
          {content.said && (
            <div
              class="ink said"
              style={`margin:0 0 16px;color:${ink}${content.said.quoted ? `;padding:2px 0 2px 14px;border-left:3px solid ${line}` : ''}`}
              dangerouslySetInnerHTML={{ __html: content.said.html }}
            />
          )}
          {content.closing.map(text => (
            <p key={text} class="muted" style={`margin:0 0 16px;color:${muted}`}>
              {text}
            </p>
          ))}
          {content.sections.map(section => (
            <Section key={section.network} section={section} />
          ))}
          {content.more && (
            <p class="ink" style={paragraph}>
              {content.more}
            </p>
          )}
          {button && (
            <>
              <p style="margin:24px 0">
                <a
                  class="button"
                  href={button.url}
                  style={`display:inline-block;padding:12px 20px;background:${green};color:#ffffff;border-radius:6px;font-weight:600;text-decoration:none`}
                >
                  {button.label}
                </a>
              </p>
              <p class="muted" style={small}>
                {button.copy}
                <br />
                <a class="link" href={button.url} style={`color:${green};word-break:break-all`}>
                  {button.url}
                </a>
              </p>
            </>
          )}
        </div>
        <div style="max-width:34em;margin:0 auto;padding:16px 28px">
          <p class="muted" style={small}>
            {content.reason}
          </p>
          {parts && (
            <p class="muted" style={small}>
              {parts.label}{' '}
              {parts.links.map(({ label, url }, index) => (
                <Fragment key={url}>
                  {index > 0 && ' · '}
                  <a class="muted" href={url} style={`color:${muted}`}>
                    {label}
                  </a>
                </Fragment>
              ))}
            </p>
          )}
          {silence && (
            <p class="muted" style={small}>
              <a class="muted" href={silence.url} style={`color:${muted}`}>
                {silence.label}
              </a>
            </p>
          )}
        </div>
      </body>
    </html>
  )
}

function Section({ section }: { section: Content['sections'][number] }) {
  return (
    <>
      <h2 class="ink" style={`margin:24px 0 8px;color:${ink};font-size:17px`}>
        {section.network}
      </h2>
      <ul class="ink" style={`margin:0 0 16px;padding:0 0 0 20px;color:${ink}`}>
        {section.entries.map(entry => (
          <li key={entry.text + entry.url} style="margin:0 0 6px">
            {entry.url ? (
              <a class="link" href={entry.url} style={`color:${green}`}>
                {entry.text}
              </a>
            ) : (
              entry.text
            )}
            {entry.note && (
              <>
                <br />
                <span class="muted" style={`color:${muted};font-size:14px`}>
                  {entry.note}
                </span>
              </>
            )}
          </li>
        ))}
      </ul>
    </>
  )
}

const paragraph = `margin:0 0 16px;color:${ink}`
const small = `margin:0 0 8px;color:${muted};font-size:13px`
