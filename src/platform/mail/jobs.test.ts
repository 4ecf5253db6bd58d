import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openLog } from '#kernel/log.ts'
import { openJobs, prepareJobs } from '#platform/jobs/jobs.ts'
import { openMail } from '#platform/mail/jobs.ts'
import {
  anAccount,
  ana,
  from,
  imported,
  magicLink,
  type SmtpTestServer,
  secret,
  smtpServer,
  stored,
} from '#platform/mail/mail.fixture.ts'
import { digestQueue, sendQueue } from '#platform/mail/queues.ts'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'

const log = openLog('silent')
let database: TestDatabase
let server: SmtpTestServer

beforeEach(async () => {
  database = await testDatabase()
  server = await smtpServer()
})

afterEach(async () => {
  await server.close()
  await database.close()
})

test('the queue sends what was written, gathers what was held, and each once', async () => {
  const { db, server: postgres } = database
  const mail = openMail({ db, log, smtp: { url: server.url, from }, secret })
  await prepareJobs(postgres.owner, mail.jobs)
  const jobs = await openJobs(postgres.app, log)
  try {
    await jobs.work(mail.jobs)
    await magicLink(database)
    await jobs.send(sendQueue, {})
    await jobs.send(sendQueue, {})
    await vi.waitFor(() => expect(server.received).toHaveLength(1), 8_000)
    const accountId = await anAccount(database)
    await imported(database, { to: { ...ana, accountId }, batch: 'daily', now: new Date(Date.now() - 2e8) })
    await jobs.send(digestQueue, {})
    await vi.waitFor(() => expect(server.received).toHaveLength(2), 8_000)
    expect(server.received.map(one => one.subject)).toEqual([
      'Votre lien de connexion',
      '1 nouvelle de vos réseaux',
    ])
  } finally {
    await jobs.stop()
    mail.close()
  }
})

test('without a server the queue fills the outbox', async () => {
  const mail = openMail({ db: database.db, log, smtp: null, secret })
  await magicLink(database)
  for (const job of mail.jobs) await job.run({} as never, new AbortController().signal, () => undefined)
  mail.close()
  expect(await stored(database)).toMatchObject([{ state: 'outbox' }])
})
