import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openServer } from '#db/installation.ts'
import { readConfig } from '#kernel/config.ts'
import type { AnswerSqlTask } from './answer-sql-worker.ts'
import type { AuthorsResult, AuthorsTask } from './authors-worker.ts'
import { type Commons, home } from './commons.ts'
import { describeLoad, digits, type Figure, type Load, median, medianLoad, type Section } from './figures.ts'
import type { LoadTask } from './load-worker.ts'
import { environment, serve, work } from './processes.ts'
import type { Statement } from './record-statements.ts'
import type { ReindexResult, ReindexTask } from './reindex-worker.ts'
import type { Settings } from './settings.ts'
import { aWrittenPlan } from './written-plan.ts'

const mostOfSql = 3
const answers = 200
const versions = 50
const writers = 20

/** Writing in a page that many have written in for long. */
export async function measureWriting(settings: Settings, commons: Commons): Promise<Section[]> {
  settings.say(`a plan of ${answers} answers in ${versions} versions`)
  const plan = await aWrittenPlan(commons, { answers, versions, authors: writers })
  const { documentId, networkId, slug, authors } = plan
  const [author] = authors
  if (!author) throw new Error('There is nobody to write')
  const { origin } = commons.served
  const page = `${home}/writing/${documentId}`
  const write = (count: number) =>
    work<AuthorsTask, AuthorsResult>('./authors-worker.ts', {
      origin,
      address: `${page}/answers`,
      authors: authors.slice(0, count).map(({ cookie }, index) => ({ cookie, path: `q${index * 7}` })),
      seconds: settings.seconds,
    })
  const sqlAlone = () =>
    work<AnswerSqlTask, Load>('./answer-sql-worker.ts', {
      connection: commons.connection,
      networkId,
      documentId,
      statements,
      seconds: settings.seconds,
    })
  const statements = await statementsOfSave(settings, commons, `${page}/answers`, author.cookie)
  const read = (path: string) => () =>
    work<LoadTask, Load>('./load-worker.ts', {
      origin,
      paths: [path],
      headers: { 'accept-encoding': 'br', cookie: author.cookie },
      connections: 1,
      seconds: settings.seconds,
    })
  const saving: { one: AuthorsResult; sql: Load; many: AuthorsResult }[] = []
  const opening: Record<'page' | 'item' | 'history', Load>[] = []
  for (let round = 0; round < settings.rounds; round++) {
    settings.say(`writing, round ${round + 1}`)
    saving.push({ one: await write(1), sql: await sqlAlone(), many: await write(writers) })
    opening.push({
      page: await read(page)(),
      item: await read(`${home}/commons/${slug}`)(),
      history: await read(`${page}/history`)(),
    })
  }
  const one = medianLoad(saving.map(round => round.one))
  const many = medianLoad(saving.map(round => round.many))
  const sql = medianLoad(saving.map(round => round.sql))
  const lost = saving.reduce((sum, round) => sum + round.many.conflicts + round.one.conflicts, 0)
  const item = medianLoad(opening.map(round => round.item))
  const ofSql = median(saving.map(round => round.one.p95 / round.sql.p95))
  return [
    {
      title: 'Writing in a page',
      explanation:
        `A page of ${answers} answers in ${versions} versions, written by ${writers}. One save is one answer of 400 characters ` +
        'sent by the script of the page, from the request to the answer that it is kept; beside it, what the program asks of ' +
        'PostgreSQL for it, recorded and sent again on one connection, durable. Authors at once write ' +
        'each at an answer of their own, as fast as they are answered.',
      columns: ['what', 'Cordée', 'beside', 'times', 'goal'],
      figures: [
        {
          what: 'one answer saved, beside its SQL (p95)',
          own: describeLoad(one),
          beside: describeLoad(sql),
          ratio: digits(ofSql),
          goal: `≤ ${mostOfSql}`,
          holds: ofSql <= mostOfSql && one.failures === 0,
        },
        {
          what: `${writers} authors at once, beside one`,
          own: `${describeLoad(many)} · ${lost} conflicts`,
          beside: describeLoad(one),
          ratio: digits(many.perSecond / one.perSecond),
          goal: 'none lost',
          holds: many.failures === 0 && lost === 0,
        },
        ...(['page', 'history'] as const).map((kind): Figure => {
          const load = medianLoad(opening.map(round => round[kind]))
          return {
            what: `${kind === 'page' ? 'the page to write in' : 'its history'}, beside the page to read`,
            own: describeLoad(load),
            beside: describeLoad(item),
            ratio: digits(item.perSecond / load.perSecond),
            goal: '',
            holds: load.failures === 0 ? null : false,
          }
        }),
      ],
    },
  ]
}

/** What one save asks of the database, by a second program that writes it down. */
async function statementsOfSave(
  settings: Settings,
  commons: Commons,
  address: string,
  cookie: string,
): Promise<Statement[]> {
  const recording = join(settings.scratch, 'save.jsonl')
  const { databaseUrl } = commons
  const served = await serve(commons.dataFolder, { module: './record-statements.ts', recording, databaseUrl })
  const lines = () => (existsSync(recording) ? readFileSync(recording, 'utf8').trimEnd().split('\n') : [])
  const save = async (value: string) => {
    const answer = await fetch(served.origin + address, {
      method: 'POST',
      headers: {
        ...{ cookie, 'content-type': 'application/json', accept: 'application/json' },
        'sec-fetch-site': 'same-origin',
      },
      body: JSON.stringify({ changes: [{ path: 'q199', value, seen: 999_999_999 }], at: 'q199' }),
    })
    if (!answer.ok) throw new Error(`An answer is not kept: ${answer.status}`)
  }
  try {
    // What is read once and kept belongs to no save.
    await save('Une première fois. '.repeat(20))
    const known = lines().length
    await save('Une seconde fois. '.repeat(22))
    return lines()
      .slice(known)
      .map(line => JSON.parse(line) as Statement)
  } finally {
    await served.stop()
  }
}

/** Everything derived again while the site is read. */
export async function measureReindex(settings: Settings, commons: Commons): Promise<Section> {
  const { app } = await openServer(readConfig(environment(commons.dataFolder)), { hold: false })
  const reading = (seconds: number) =>
    work<LoadTask, Load>('./load-worker.ts', {
      origin: commons.served.origin,
      paths: [...commons.paths.item, ...commons.paths.list],
      headers: { 'accept-encoding': 'br', cookie: 'bench=1' },
      connections: 4,
      seconds,
    })
  settings.say('re-indexing: reading at rest')
  const before = await reading(settings.seconds * 4)
  settings.say('re-indexing: reading meanwhile')
  let done = false
  const reindexed = work<ReindexTask, ReindexResult>('./reindex-worker.ts', { app }).finally(() => {
    done = true
  })
  const during: Load[] = []
  while (!done) during.push(await reading(settings.seconds * 4))
  const result = await reindexed
  const slow = medianLoad(during)
  return {
    title: `Re-indexing ${commons.items.toLocaleString('en')} items while the site is read`,
    explanation:
      'Everything kept beside the sources derived again from them, as after a change of families, in a process of its own; ' +
      'meanwhile four readers ask for items and lists, made anew, as fast as they are answered. Beside it the same readers ' +
      'before. The ratio is of the latencies that 95 % stay under.',
    columns: ['what', 'meanwhile', 'at rest', 'p95, times', 'goal'],
    figures: [
      {
        what: `4 readers · ${digits(result.seconds / 60)} minutes, ${digits(commons.items / result.seconds)} items/s`,
        own: describeLoad(slow),
        beside: describeLoad(before),
        ratio: digits(slow.p95 / before.p95),
        goal: 'no error',
        holds: slow.failures === 0,
      },
    ],
  }
}
