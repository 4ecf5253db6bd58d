import type { ComponentChildren } from 'preact'
import { href } from '#http/routes.ts'
import type { Discussion } from '#modules/commons/discussion/discussion.ts'
import { ThreadsAside } from '#modules/commons/discussion/views/threads-aside.tsx'
import { questionsOf } from '#modules/commons/templates/conditions.ts'
import type { UnknownPart } from '#modules/commons/templates/page-reading.ts'
import type { Template } from '#modules/commons/templates/template.ts'
import type { Choices } from '#modules/commons/writing/choices.ts'
import { type CommonsDocument, isShared } from '#modules/commons/writing/documents.ts'
import type { Review } from '#modules/commons/writing/review/reviews.ts'
import { answersIn, type ShownPage, type ShownSection } from '#modules/commons/writing/shown-page.ts'
import { Answer, Rows } from '#modules/commons/writing/views/answer.tsx'
import { answerId, HandContext, useHand } from '#modules/commons/writing/views/hand.ts'
import { Suggestions } from '#modules/commons/writing/views/list-control.tsx'
import { Standing } from '#modules/commons/writing/views/standing.tsx'
import { Prose } from '#modules/commons/writing/views/value-text.tsx'
import { shortQuestion } from '#modules/commons/writing/views/words.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { useFrame } from '#ui/frame.ts'
import { writingWords } from '#ui/writing-words.ts'

/*
 * What the script of this page (src/islands/writing.ts) may count on; without it, the form below is all there is.
 *
 * - The form has id="writing"; data-address: where answers are sent and asked for as JSON (the route `writingAnswers`),
 *   data-document: the id, data-revision: the document's revision that this page shows, data-account: who writes, data-words:
 *   what the script says, data-editor: its editor of rich text, data-pictures: where that sends pictures.
 * - Each answer stands in an element of the class "answer", with data-path, data-kind ('text', 'rich', 'choice', 'scale',
 *   'number', 'shares', 'date', 'place', 'sdgs', 'countries', 'tags', 'files', 'people', 'organisations', 'items', 'group')
 *   and data-revision, the revision of that answer (0: as last published). Answers of rows stand inside that of their group.
 * - Its controls are named by the path, several alike; shares by path + '.' + part, a place by path + '.lat' and '.lng';
 *   what is added to a list is typed at path + '.add', an answer in words that its kind does not know at path + '.written',
 *   files to send at path + '.file'. `readAnswer(kind, path, fields)` of #ui/answer-fields.ts makes of them what the
 *   endpoint takes as `value`; the hidden path + '.seen' is the plain form's alone.
 * - Rows of a group or a repeated section stand in an element of the class "rows" with data-rows (its path) and
 *   data-revision; each row has data-row (its key), and a hidden control named by the path that holds the key. That list
 *   is the answer at that path. A new row's key is 'r' and twelve letters or digits.
 * - data-when: the condition of a question, as in the template. data-most: the longest text. `[data-sum]` says what shares
 *   add up to. [data-saving] is empty, for what the script says.
 * - Counts: [data-section] (the id of a section) with [data-answered] and [data-needed] in it, [data-needed-all], [data-title]
 *   where the title is missing, [data-written] (the time zone in which it tells when something was last written).
 */

export interface WritingPageProps {
  network: Network
  document: CommonsDocument
  template: Template
  page: ShownPage
  choices: Choices
  review: Review | null
  discussion: Discussion
  /** Files that were not taken, and why. */
  refused: { name: string; why: string }[]
  /** Whether something that was sent could not be kept. */
  troubled: boolean
  isAuthor: boolean
  /** The version of its template in use by now, where it follows an older one. */
  newer: number | null
  /** Whose drafts the script keeps on the device. */
  accountId: string | null
}

export function WritingPage(props: WritingPageProps) {
  const { i18n, assets } = useFrame()
  const { t, locale } = i18n
  const { network, document, template, page, choices, discussion } = props
  const here = { locale, network: network.slug, document: document.id }
  const hand = {
    network: network.slug,
    language: document.language,
    choices,
    discussion: { network, discussion },
  }
  const names = new Map(questionsOf(template).map(one => [one.key, shortQuestion(one, document.language)]))
  const askedBy = (key: string) => names.get(key) ?? key
  return (
    <NetworkLayout
      of={network}
      title={t('writing.title', { title: document.title })}
      noIndex
      scripts={['wake.js']}
    >
      <HandContext.Provider value={hand}>
        <form
          id="writing"
          class="writing"
          method="post"
          action={href('writingPage', here)}
          enctype="multipart/form-data"
          novalidate
          // What browsers fill in again is not what was typed before the script came.
          autocomplete="off"
          data-island={assets.url('writing.js')}
          data-editor={assets.url('richtext.js')}
          data-words={JSON.stringify(writingWords(locale))}
          data-pictures={href('writingPictures', here)}
          data-account={props.accountId ?? undefined}
          data-address={href('writingAnswers', here)}
          data-document={document.id}
          data-revision={document.revision}
        >
          <p class="saving">
            <button type="submit" class="button" name="act" value="save">
              {t('writing.save')}
            </button>
            <span data-saving role="status" />
            <a href={href('writingPublication', here)}>{t('writing.share')}</a>
          </p>
          <Troubles {...props} />
          <article class="item" lang={document.language}>
            <header lang={locale}>
              <p class="crumbs">
                <a href={href('writing', here)}>{t('writing.name')}</a> › {nameOf(template, locale)}
              </p>
              <div class="page-title" lang={document.language}>
                <Answer answer={page.title} askedBy={askedBy} />
              </div>
            </header>
            <div class="with-side at-end">
              <div class="body">
                <Contents page={page} />
                <Kept parts={page.kept} />
                {page.sections.map(section => (
                  <Section key={section.section.key} section={section} askedBy={askedBy} />
                ))}
                <p class="buttons">
                  <button type="submit" class="button" name="act" value="save">
                    {t('writing.save')}
                  </button>
                </p>
              </div>
              <aside lang={locale} aria-label={t('writing.about')}>
                <Standing {...props} />
                <Rooms {...props} />
                <MarkdownHelp />
                <ThreadsAside network={network} discussion={discussion} />
              </aside>
            </div>
          </article>
          <Suggestions />
        </form>
      </HandContext.Provider>
    </NetworkLayout>
  )
}

function Section({ section, askedBy }: { section: ShownSection; askedBy: (key: string) => string }) {
  const { t, locale } = useFrame().i18n
  const { ofPage, toWriter } = useHand()
  const { answers, rows, kept } = section
  const heading = ofPage(section.section.heading)
  const content = (
    <>
      {answers.map(answer => (
        <Answer key={answer.path} answer={answer} askedBy={askedBy} />
      ))}
      {rows && <Rows rows={rows} askedBy={askedBy} name={toWriter(section.section.heading) || null} />}
      <Kept parts={kept} />
    </>
  )
  const id = sectionId(section)
  if (!section.section.closing)
    return (
      <section id={id}>
        {heading && <h2>{heading}</h2>}
        {content}
      </section>
    )
  const troubled = answersIn(section).some(answer => answer.problem || answer.conflict)
  return (
    <section id={id}>
      {heading && <h2>{heading}</h2>}
      <details class="closing" open={section.answered > 0 || troubled}>
        <summary lang={locale}>{t('writing.closing', { count: section.asked })}</summary>
        {content}
      </details>
    </section>
  )
}

/** What the template does not ask for: read, and left as it is. */
function Kept({ parts }: { parts: UnknownPart[] }) {
  const { t, locale } = useFrame().i18n
  const told = parts.filter(({ markdown, asked }) => markdown.trim() !== '' || asked)
  if (told.length === 0) return null
  return (
    <div class="kept">
      <p lang={locale}>
        <small>{t('writing.kept')}</small>
      </p>
      {told.map((part, index) => (
        <div key={index}>
          {part.asked && <h3 class="question">{part.asked}</h3>}
          {part.markdown.length > mostLaidOut ? <pre>{part.markdown}</pre> : <Prose text={part.markdown} />}
        </div>
      ))}
    </div>
  )
}

/** As on the page that is read: laying out more could take seconds. */
const mostLaidOut = 300_000

/** Where things stand: what is answered, and what has to be. */
function Contents({ page }: { page: ShownPage }) {
  const { t, locale } = useFrame().i18n
  const { ofPage } = useHand()
  const { sections } = page
  if (sections.length < 2) return null
  const untitled = page.title.isNeeded
  const needed = sections.reduce((sum, section) => sum + section.needed, untitled ? 1 : 0)
  return (
    <nav class="contents" aria-labelledby="writing-contents" lang={locale}>
      <details open={sections.length <= 12}>
        <summary id="writing-contents">
          {t('writing.contents')}{' '}
          <span class="tag due" data-needed-all hidden={needed === 0}>
            {t('writing.needed', { count: needed })}
          </span>
        </summary>
        <ol>
          <li data-title hidden={!untitled}>
            <a href={`#${answerId(page.title.path)}`}>{t('writing.title.label')}</a>{' '}
            <small>
              <b>{t('writing.needed', { count: 1 })}</b>
            </small>
          </li>
          {sections.map(section => (
            <li key={section.section.key} data-section={sectionId(section)}>
              <a href={`#${sectionId(section)}`}>{ofPage(section.section.heading) || t('writing.section')}</a>{' '}
              <small>
                <span data-answered>
                  {t('writing.answered', { answered: section.answered, asked: section.asked })}
                </span>
                <b data-needed hidden={section.needed === 0}>
                  {' '}
                  · {t('writing.needed', { count: section.needed })}
                </b>
              </small>
            </li>
          ))}
        </ol>
      </details>
    </nav>
  )
}

/** All that could not be kept, first, each with the way to it. */
function Troubles({ page, document, refused, troubled }: WritingPageProps) {
  const { t } = useFrame().i18n
  if (!troubled && refused.length === 0) return null
  const answers = [page.title, ...page.sections.flatMap(answersIn)]
  const rows = page.sections.flatMap(section => [section.rows, ...section.answers.map(answer => answer.rows)])
  const wrong = answers.filter(answer => answer.problem || answer.conflict)
  const wrongRows = rows.filter(one => one?.problem)
  const link = (path: string, text: ComponentChildren) => (
    <li key={path}>
      <a href={`#${answerId(path)}`}>{text}</a>
    </li>
  )
  return (
    <div class="problems" role="alert" tabIndex={-1}>
      <p>{t('writing.troubles', { count: wrong.length + wrongRows.length + refused.length })}</p>
      <ul>
        {wrong.map(answer =>
          link(
            answer.path,
            t(answer.conflict ? 'writing.trouble.conflict' : 'writing.trouble.problem', {
              question: shortQuestion(answer.question, document.language),
            }),
          ),
        )}
        {wrongRows.map(one => one && link(one.path, t('writing.trouble.rows')))}
        {refused.map(({ name, why }) => (
          <li key={name}>{t('writing.trouble.file', { name, why })}</li>
        ))}
      </ul>
    </div>
  )
}

/** What else there is to see and to do about the page. */
function Rooms({ network, document }: WritingPageProps) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, document: document.id }
  return (
    <p class="choices">
      <a href={href('writingHistory', here)}>{t('history.name')}</a>
      <a href={href('writingComments', here)}>{t('discussion.name')}</a>
      <a href={href('writingConsents', here)}>{t('consents.name')}</a>
      {!isShared(document) && <a href={href('writingErasure', here)}>{t('writing.erase')}</a>}
    </p>
  )
}

const markdownHelp = [
  ['**…**', 'writing.markdown.bold'],
  ['*…*', 'writing.markdown.italic'],
  ['[…](https://…)', 'writing.markdown.link'],
  ['- …', 'writing.markdown.list'],
  ['### …', 'writing.markdown.heading'],
] as const

function MarkdownHelp() {
  const { t } = useFrame().i18n
  return (
    <details class="markdown-help">
      <summary>{t('writing.markdown')}</summary>
      <dl>
        {markdownHelp.map(([typed, said]) => (
          <div key={typed}>
            <dt>
              <code>{typed}</code>
            </dt>
            <dd>{t(said)}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}

function nameOf(template: Template, locale: string): string {
  return template.name[locale as 'fr'] ?? template.name.en ?? template.key
}

function sectionId({ section }: ShownSection): string {
  return `section-${section.key}`
}
