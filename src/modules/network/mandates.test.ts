import fc from 'fast-check'
import '../../../test/fast-check.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTenant, readTenant } from '#db/tenant.ts'
import { commandLine } from '#kernel/actor.ts'
import { standingOf } from '#modules/network/door.ts'
import {
  changeMandate,
  coveredUntil,
  dayOf,
  endMandate,
  giveMandate,
  mandatesOf,
  removeMandate,
} from '#modules/network/mandates.ts'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { aNetwork, anOrganisation, aPerson, type TestNetwork } from '../../../test/factories.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await testDatabase()
})

afterAll(() => database.close())

const lasting = { role: 'member', organisation: null, title: '', from: null, until: null } as const

test('a mandate holds for its days, first and last included', async () => {
  const network = await aNetwork(database)
  const [yesterday, today, tomorrow] = await days(network)
  const cases: [string, string | null, boolean][] = [
    [today, null, true],
    [today, today, true],
    [yesterday, yesterday, false],
    [tomorrow, null, false],
    [yesterday, tomorrow, true],
  ]
  for (const [from, until, holds] of cases) {
    const one = await aPerson(database, network, 'member', { from, ...(until && { until }) })
    const standing = await standingOf(database.db, one.accountId, network.id)
    expect([from, until, standing?.role ?? null]).toEqual([from, until, holds ? 'member' : null])
  }
})

test('its days are those of the network, wherever the server is', async () => {
  // Kiritimati is 26 hours ahead of the last zone: it is never the same day in both.
  const ahead = await aNetwork(database, { timeZone: 'Pacific/Kiritimati' })
  const behind = await aNetwork(database, { timeZone: 'Etc/GMT+12' })
  const [, dayAhead] = await days(ahead)
  const [, dayBehind] = await days(behind)
  expect(dayAhead > dayBehind).toBe(true)
  const holds = async (network: TestNetwork, from: string, until: string) => {
    const one = await aPerson(database, network, 'member', { from, until })
    return (await standingOf(database.db, one.accountId, network.id)) !== null
  }
  expect(await holds(ahead, dayAhead, dayAhead)).toBe(true)
  expect(await holds(behind, dayAhead, dayAhead)).toBe(false)
  expect(await holds(behind, dayBehind, dayBehind)).toBe(true)
  expect(await holds(ahead, dayBehind, dayBehind)).toBe(false)
})

test('given, changed, ended and removed, each with before and after in the log', async () => {
  const network = await aNetwork(database)
  const [yesterday, today, tomorrow] = await days(network)
  const one = await aPerson(database, network, null)
  const organisation = await anOrganisation(database, network)
  const id = await work(network, trx =>
    giveMandate(trx, network.id, commandLine, one.personId, { ...lasting, organisation, from: yesterday }),
  )
  const changed = { ...lasting, role: 'facilitator', title: 'Animatrice', from: yesterday } as const
  await work(network, trx => changeMandate(trx, network.id, commandLine, id, changed))
  await work(network, trx => endMandate(trx, network.id, commandLine, id, tomorrow))
  expect(await standingOf(database.db, one.accountId, network.id)).toMatchObject({ role: 'facilitator' })
  await work(network, trx => endMandate(trx, network.id, commandLine, id, 'now'))
  expect(await standingOf(database.db, one.accountId, network.id)).toBeNull()
  const history = await readTenant(database.db, network.inside, trx =>
    mandatesOf(trx, network.id, one.personId),
  )
  expect(history).toMatchObject([
    { role: 'facilitator', title: 'Animatrice', from: yesterday, until: yesterday },
  ])
  await work(network, trx => removeMandate(trx, network.id, commandLine, id))
  const log = await database.asOwner<{ action: string; before: unknown; after: unknown }>(
    'select action, before, after from audit_entry where subject_id = $1 order by seq',
    [id],
  )
  expect(log).toMatchObject([
    { action: 'mandate.given', before: null, after: { role: 'member', organisation_id: organisation } },
    {
      action: 'mandate.changed',
      before: { role: 'member', title: '', organisation_id: organisation },
      after: { role: 'facilitator', title: 'Animatrice', organisation_id: null },
    },
    { action: 'mandate.ended', before: { valid_until: null }, after: { valid_until: tomorrow } },
    { action: 'mandate.ended', before: { valid_until: tomorrow }, after: { valid_until: yesterday } },
    { action: 'mandate.removed', before: { role: 'facilitator' }, after: null },
  ])
  expect(today > yesterday).toBe(true)
})

test('one that began today and ends at once leaves nothing', async () => {
  const network = await aNetwork(database)
  const one = await aPerson(database, network, null)
  const id = await work(network, trx => giveMandate(trx, network.id, commandLine, one.personId, lasting))
  await work(network, trx => endMandate(trx, network.id, commandLine, id, 'now'))
  expect(
    await readTenant(database.db, network.inside, trx => mandatesOf(trx, network.id, one.personId)),
  ).toEqual([])
})

test('a day before the first is refused, and an organisation of another network', async () => {
  const network = await aNetwork(database)
  const [yesterday, today] = await days(network)
  const one = await aPerson(database, network, null)
  const foreign = await anOrganisation(database, await aNetwork(database))
  const give = (more: object) =>
    work(network, trx => giveMandate(trx, network.id, commandLine, one.personId, { ...lasting, ...more }))
  await expect(give({ until: yesterday })).rejects.toMatchObject({
    reasons: [{ message: 'mandate.error.order' }],
  })
  await expect(give({ organisation: foreign })).rejects.toMatchObject({
    reasons: [{ field: 'organisation' }],
  })
  const id = await give({ from: today })
  const end = work(network, trx => endMandate(trx, network.id, commandLine, id, yesterday))
  await expect(end).rejects.toMatchObject({ reasons: [{ field: 'until' }] })
})

describe('the last administrator', () => {
  const refused = { reasons: [{ message: 'mandate.error.last-administrator' }] }

  test('cannot be ended, lowered, put off or removed', async () => {
    const network = await aNetwork(database)
    const [, today, tomorrow] = await days(network)
    const { mandateId } = await aPerson(database, network, 'administrator')
    // Someone without an account administers nothing.
    const other = await aPerson(database, network, 'administrator')
    await database.asOwner('update person set account_id = null where id = $1', [other.personId])
    const admin = { ...lasting, role: 'administrator' } as const
    for (const attempt of [
      () => work(network, trx => endMandate(trx, network.id, commandLine, mandateId, 'now')),
      () => work(network, trx => endMandate(trx, network.id, commandLine, mandateId, today)),
      () => work(network, trx => removeMandate(trx, network.id, commandLine, mandateId)),
      () => work(network, trx => changeMandate(trx, network.id, commandLine, mandateId, lasting)),
      () =>
        work(network, trx =>
          changeMandate(trx, network.id, commandLine, mandateId, { ...admin, from: tomorrow }),
        ),
    ])
      await expect(attempt()).rejects.toMatchObject(refused)
    const [kept] = await database.asOwner('select role, valid_until from mandate where id = $1', [mandateId])
    expect(kept).toEqual({ role: 'administrator', valid_until: null })
  })

  test('may go once another is there', async () => {
    const network = await aNetwork(database)
    const { mandateId } = await aPerson(database, network, 'administrator')
    await aPerson(database, network, 'administrator')
    await work(network, trx => removeMandate(trx, network.id, commandLine, mandateId))
  })

  test('is one of two who end each other at once', async () => {
    const network = await aNetwork(database)
    const two = [
      await aPerson(database, network, 'administrator'),
      await aPerson(database, network, 'administrator'),
    ]
    const results = await Promise.allSettled(
      two.map(({ mandateId }) =>
        work(network, trx => endMandate(trx, network.id, commandLine, mandateId, 'now')),
      ),
    )
    expect(results.map(result => result.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(results.find(result => result.status === 'rejected')?.reason).toMatchObject(refused)
  })

  test('may be changed in all else', async () => {
    const network = await aNetwork(database)
    const { mandateId } = await aPerson(database, network, 'administrator')
    const admin = { ...lasting, role: 'administrator', title: 'Présidente' } as const
    await work(network, trx => changeMandate(trx, network.id, commandLine, mandateId, admin))
  })
})

describe('the days that spans cover', () => {
  const day = fc.integer({ min: 0, max: 40 }).map(asDay)
  const span = fc.record({ from: day, until: fc.option(day) })

  test('are those counted one by one', () => {
    fc.assert(
      fc.property(fc.array(span, { maxLength: 6 }), day, (spans, today) => {
        const holds = (one: string) =>
          spans.some(({ from, until }) => from <= one && (until === null || one <= until))
        let last: string | null = null
        for (
          let number = Math.round(Date.parse(today) / 86_400_000);
          holds(asDay(number - first));
          number += 1
        ) {
          last = asDay(number - first)
          if (number - first > 60) break
        }
        const covered = coveredUntil(spans, today)
        if (last === null) expect(covered).toBe('0000-00-00')
        else if (last > asDay(60)) expect(covered).toBe('9999-99-99')
        else expect(covered).toBe(last)
      }),
    )
  })
})

const first = Math.round(Date.parse('2026-02-10') / 86_400_000)

function asDay(number: number): string {
  return new Date((first + number) * 86_400_000).toISOString().slice(0, 10)
}

function work<T>(network: TestNetwork, task: Parameters<typeof inTenant<T>>[2]): Promise<T> {
  return inTenant(database.db, network.inside, task)
}

async function days(network: TestNetwork): Promise<[yesterday: string, today: string, tomorrow: string]> {
  return readTenant(database.db, network.inside, async trx => [
    await dayOf(trx, network.id, -1),
    await dayOf(trx, network.id),
    await dayOf(trx, network.id, 1),
  ])
}
