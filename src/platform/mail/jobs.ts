import type { Db } from '#db/database.ts'
import type { Log } from '#kernel/log.ts'
import type { Job } from '#platform/jobs/jobs.ts'
import { pruneMail, writeDigests } from '#platform/mail/digest.ts'
import { digestQueue, sendQueue } from '#platform/mail/queues.ts'
import { sendDue } from '#platform/mail/sending.ts'
import { openTransport, type SmtpSettings } from '#platform/mail/transport.ts'

export interface MailContext {
  db: Db
  log: Log
  /** Null: nothing is sent, and everything can be read in the outbox. */
  smtp: SmtpSettings | null
  secret: string | Buffer
}

/** The work of the mail, and an end to its connections. */
export function openMail({ db, log, smtp, secret }: MailContext): { jobs: Job<never>[]; close(): void } {
  const transport = smtp ? openTransport(smtp) : null
  const now = () => new Date()
  const sending = { db, log, transport, from: smtp?.from ?? '', secret, now }
  return {
    jobs: [
      {
        queue: sendQueue,
        expireSeconds: 900,
        retries: 0,
        schedule: '* * * * *',
        run: (_payload, signal) => sendDue(sending, signal),
      },
      {
        queue: digestQueue,
        expireSeconds: 900,
        retries: 0,
        schedule: '*/15 * * * *',
        async run(_payload, signal) {
          await writeDigests(db, now(), signal)
          await pruneMail(db, now())
          await sendDue(sending, signal)
        },
      },
    ],
    close: () => transport?.close(),
  }
}
