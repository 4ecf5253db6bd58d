import { expect, test } from 'vitest'
import { queueName } from '#modules/administration/views/job-words.tsx'
import { i18nFor } from '#platform/i18n/i18n.ts'
import { testApp } from '../../../test/app.ts'

test('whatever works behind has a name that people read', async () => {
  const site = await testApp({ jobs: true })
  const queues = await site.database.asOwner<{ name: string }>(
    `select name from pgboss.queue where name not like '\\_\\_%' order by name`,
  )
  await site.close()
  expect(queues.length).toBeGreaterThan(10)
  expect(queues.map(({ name }) => name).filter(name => queueName(name, i18nFor('fr')) === name)).toEqual([])
})
