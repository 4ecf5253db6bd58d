import { afterAll, beforeAll, expect, test } from 'vitest'
import { browse, inGroup } from '#modules/groups/groups.fixture.ts'
import { aGround, aMadeProgramme, lettersIn, origin } from '#modules/programmes/course/course.fixture.ts'
import { makeTasks } from '#modules/programmes/course/organisation-tasks.ts'
import { remindOfSteps } from '#modules/programmes/course/reminders-job.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import { anOrganisation, aPerson } from '../../../../test/factories.ts'

let site: TestApp

beforeAll(async () => {
  site = await testApp()
})

afterAll(() => site.close())

test('tasks of organisations are made once each, as steps open and organisations join; reminders go to those who lack something, once', async () => {
  const { database, services } = site
  const ground = await aGround(site)
  const programme = await aMadeProgramme(site, ground)
  const paused = await aMadeProgramme(site, ground)
  await database.asOwner(`update programme set state = 'paused', paused_on = current_date where id = $1`, [
    paused,
  ])
  const tasks = () =>
    database.asOwner<{ organisation: string; owner: string | null }>(
      `select organisation.name as organisation, person.name as owner from task
       join organisation on organisation.id = task.organisation_id left join person on person.id = task.owner_id
       where origin_id is not null order by 1`,
    )
  const [step] = await database.asOwner<{ id: string; due_on: string; opens_on: string }>(
    `select step.id, due_on::text, opens_on::text from programme_step step
     join programme_expectation expectation on expectation.step_id = step.id and expectation.kind = 'task'
     where step.programme_id = $1 order by due_on limit 1`,
    [programme],
  )
  await database.asOwner(
    'update programme_step set opens_on = opens_on - 60, due_on = due_on - 15 where id = $1',
    [step?.id],
  )
  await database.asOwner(
    'update programme_step set opens_on = opens_on - 60, due_on = due_on - 15 where programme_id = $1',
    [paused],
  )
  const now = new Date()
  await Promise.all([makeTasks(database.db, now), makeTasks(database.db, now)])
  await makeTasks(database.db, now)
  expect(await tasks()).toEqual([
    { organisation: 'Chez Carl', owner: 'Carl' },
    { organisation: 'Chez Dora', owner: 'Dora' },
  ])
  const late = await anOrganisation(database, ground.network, 'Chez Émile')
  const emile = await aPerson(database, ground.network, 'member', { name: 'Émile', organisationId: late })
  await inGroup(database, ground.network, ground.group, emile, { organisationId: late })
  // Whoever opens the programme does not wait for the job.
  const at = `/fr/${ground.network.slug}/programmes/${programme}`
  expect((await browse(site, at, emile)).status).toBe(200)
  expect((await tasks()).map(({ organisation }) => organisation)).toContain('Chez Émile')

  await database.asOwner(`update task set state = 'done', done_at = now() where organisation_id = $1`, [
    ground.organisations.carls,
  ])
  await database.asOwner('delete from mail_message')
  const remind = () => remindOfSteps(database.db, services.expectations, origin, now)
  await Promise.all([remind(), remind()])
  await remind()
  expect(await lettersIn(site, ground.network)).toEqual([
    'Dora programme-reminder',
    'Émile programme-reminder',
  ])
})
