import { afterAll, beforeAll, expect, test } from 'vitest'
import { browse, inGroup } from '#modules/groups/groups.fixture.ts'
import {
  aGround,
  aMadeProgramme,
  dayAhead,
  lettersIn,
  origin,
} from '#modules/programmes/course/course.fixture.ts'
import { makeTasks } from '#modules/programmes/course/organisation-tasks.ts'
import { remindOfSteps } from '#modules/programmes/course/reminders-job.ts'
import { aProgramme } from '#modules/programmes/programmes.fixture.ts'
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

test('of all that falls due at once one mail tells, what is nearest first; who no longer acts for it is not told', async () => {
  const { database, services } = site
  const ground = await aGround(site)
  const { network, group } = ground
  const today = dayAhead(0)
  const programme = await aProgramme(database, network, group, {
    starts: today,
    capsules: [
      [
        { title: 'Plus tard', opens: 0, due: 6, expects: [{ kind: 'document', title: 'Le plan' }] },
        { title: 'Bientôt', opens: 0, due: 1, expects: [{ kind: 'reading', title: 'Le guide' }] },
        { title: 'Bien plus tard', opens: 0, due: 60, expects: [{ kind: 'reading' }] },
      ],
    ],
  })
  // Made late: both distances of each are past already.
  await database.asOwner(`update programme_step set reminders = '{7,14}' where programme_id = $1`, [
    programme.id,
  ])
  const former = await aPerson(database, network, 'member', {
    name: 'Fanny',
    organisationId: ground.organisations.carls,
  })
  await inGroup(database, network, group, former, { organisationId: ground.organisations.carls })
  await database.asOwner(
    `update mandate set valid_from = current_date - 400, valid_until = current_date - 2 where person_id = $1`,
    [former.personId],
  )
  await database.asOwner(
    `insert into mandate (network_id, id, person_id, role, valid_from) values ($1, gen_random_uuid(), $2, 'member', current_date - 1)`,
    [network.id, former.personId],
  )
  await database.asOwner('delete from mail_message')
  const remind = () => remindOfSteps(database.db, services.expectations, origin, new Date())
  await Promise.all([remind(), remind(), remind()])
  await remind()
  expect(await lettersIn(site, network)).toEqual(['Carl programme-reminder', 'Dora programme-reminder'])
  const [letter] = await database.asOwner<{ params: { step: string; expected: string; url: string } }>(
    'select params from mail_message where network_id = $1 limit 1',
    [network.id],
  )
  expect(letter?.params.step).toBe('Capsule 1 – Bientôt')
  expect(letter?.params.url).toContain(programme.capsules[0]?.steps[1]?.id)
  expect(letter?.params.expected).toMatch(
    /^- Le guide\n\nEt ensuite.*\n\n- \*\*Capsule 1 – Plus tard\*\*.*Le plan$/s,
  )
  expect(letter?.params.expected).not.toContain('Bien plus tard')
})
