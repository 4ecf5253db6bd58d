// A worker that sends what is due once, to be killed while it waits for the answer.
import { openDatabase } from '#db/database.ts'
import { deliverDue } from '#platform/webhooks/delivering.ts'

const database = openDatabase(JSON.parse(process.env.CONNECTION ?? '{}'), 2)
await deliverDue(database.db, { allowPrivate: true })
await database.close()
