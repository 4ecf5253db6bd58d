import { afterAll, beforeAll, expect, test } from 'vitest'
import { browse, submit } from '#modules/groups/groups.fixture.ts'
import {
  aGround,
  aMadeProgramme,
  capsulesOf,
  lettersIn,
  stepsOf,
} from '#modules/programmes/course/course.fixture.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'

let site: TestApp

beforeAll(async () => {
  site = await testApp()
})

afterAll(() => site.close())

test('the group hears of what is left out, is back, is added, stands still and goes on; each in their language, of drafts nobody', async () => {
  const ground = await aGround(site)
  const { network, runner, carl } = ground
  const given = { template: 'collective-19-months', startsOn: '2027-09-16' }
  const programme = await aMadeProgramme(site, ground, given)
  const at = `/fr/${network.slug}/programmes/${programme}`
  await site.database.asOwner(`update account set locale = 'en' where id = $1`, [carl.accountId])
  let revision = 0
  const heard = async (path: string, sent: Record<string, string>) => {
    await site.database.asOwner('delete from mail_message')
    revision++
    const fields = { revision: String(revision), ...sent }
    expect((await submit(site, `${at}/${path}`, runner, fields)).status, path).toBe(303)
    return site.database.asOwner<{
      name: string
      template: string
      locale: string
      said: string
      ahead: string
    }>(
      `select account.name, template, mail_message.locale, params ->> 'changes' as said, params ->> 'ahead' as ahead
       from mail_message join account on account.id = mail_message.account_id
       where network_id = $1 and template not in ('meeting-cancelled', 'meeting-reinstated') order by 1`,
      [network.id],
    )
  }
  const [, reading] = await stepsOf(site, programme)
  await submit(site, `/fr/${network.slug}/meetings/${reading?.meeting_id}/registration`, carl)

  const left = await heard('shortening', { left: reading?.id ?? '', step: 'shorten', reason: 'Trop long' })
  // Carl has it in his calendar that it is called off.
  expect(left.map(({ name, template }) => [name, template])).toEqual([['Dora', 'programme-changed']])
  expect(left[0]?.said).toMatch(
    /^> Trop long\n\nÉtapes retirées\u00a0:\n\n- .* à \d\d:\d\d – Gouvernance – Lecture partagée$/,
  )

  const back = await heard('undoing', { what: 'change' })
  // Carl's calendar has it again.
  expect(back.map(({ name, locale }) => [name, locale])).toEqual([['Dora', 'fr']])
  expect(await lettersIn(site, network)).toContain('Carl meeting-reinstated')
  expect(back[0]?.said).toMatch(
    /^Le dernier changement est annulé\.\n\nÉtapes de retour\u00a0:\n\n- .* – Gouvernance – Lecture partagée$/,
  )

  const [first, after] = await capsulesOf(site, programme)
  const added = await heard('capsules', {
    ...{
      source: 'environment',
      title: 'Encore',
      after: after?.id ?? first?.id ?? '',
      startsOn: '2028-01-10',
    },
    step: 'add',
  })
  expect(added[1]?.said).toMatch(/^Nouvelles étapes\u00a0:\n\n(- .* – Encore – .*\n?)+/)
  const gone = await heard('undoing', { what: 'change' })
  expect(gone[0]?.locale).toBe('en')
  expect(gone[1]?.said).toMatch(
    /^Le dernier changement est annulé\.\n\nÉtapes retirées\u00a0:\n\n(- .* – Encore – .*\n?)+/,
  )

  const paused = await heard('pause', { reason: 'Travaux' })
  expect(paused.map(({ template, said }) => [template, said])).toEqual([
    ['programme-paused', '> Travaux'],
    ['programme-paused', '> Travaux'],
  ])
  expect(Number(paused[0]?.ahead)).toBe(13)
  await site.database.asOwner(`update programme set paused_on = '2027-12-01' where id = $1`, [programme])
  const resumed = await heard('resumption', { resumesOn: '2027-12-15', step: 'resume' })
  expect(resumed[1]).toMatchObject({ template: 'programme-resumed', ahead: '0' })
  expect(resumed[1]?.said).toMatch(
    /^Jour de la reprise\u00a0: 15 décembre 2027\.\n\nNouvelles dates\u00a0:\n\n(- .* → .*\n?)+$/,
  )
  const ended = await heard('end', {})
  expect(ended.map(({ name, template }) => [name, template])).toEqual([
    ['Carl', 'programme-ended'],
    ['Dora', 'programme-ended'],
  ])

  const draft = await aMadeProgramme(site, ground, { ...given, announce: 'later' })
  await site.database.asOwner('delete from mail_message')
  const quiet = `/fr/${network.slug}/programmes/${draft}`
  expect(await (await browse(site, `${quiet}/pause`, runner)).text()).toContain('Gardée dans l’histoire')
  expect(await (await browse(site, `${at}/undoing`, runner)).text()).toContain(
    'en sont prévenues par courriel',
  )
  expect((await submit(site, `${quiet}/pause`, runner, { revision: '1' })).status).toBe(303)
  expect(await lettersIn(site, network)).toEqual([])
})

test('changes undone one after the other leave each step with its meeting, and no meeting without a step', async () => {
  const ground = await aGround(site)
  const { network, runner, carl, group } = ground
  for (const announce of ['now', 'later']) {
    const given = { template: 'collective-19-months', startsOn: '2027-09-16', announce }
    const programme = await aMadeProgramme(site, ground, given)
    const at = `/fr/${network.slug}/programmes/${programme}`
    const state = () =>
      site.database.asOwner<{ due: string; held: string | null; of: string | null }>(
        `select step.due_on::text as due, (meeting.starts_at at time zone meeting.time_zone)::date::text as held,
           meeting.state as of, meeting.place
         from programme_step step left join meeting on meeting.id = step.meeting_id
         where step.programme_id = $1 order by step.id`,
        [programme],
      )
    const standing = () =>
      site.database.asOwner(
        `select from meeting where group_id = $1 and state <> 'cancelled' and not exists (
           select from programme_step step where step.meeting_id = meeting.id)`,
        [group.id],
      )
    const before = await state()
    const [, reading] = await stepsOf(site, programme)
    if (announce === 'now')
      await submit(site, `/fr/${network.slug}/meetings/${reading?.meeting_id}/registration`, carl)
    let revision = 0
    const change = async (path: string, sent: Record<string, string>) => {
      revision++
      const fields = { revision: String(revision), ...sent }
      expect((await submit(site, `${at}/${path}`, runner, fields)).status, path).toBe(303)
    }
    await change('pause', {})
    await site.database.asOwner(`update programme set paused_on = '2027-11-01' where id = $1`, [programme])
    await change('resumption', { resumesOn: '2027-11-30', step: 'resume' })
    await change('shortening', { left: reading?.id ?? '', step: 'shorten' })
    await change('undoing', { what: 'change' })
    expect((await state()).filter(({ due, held }) => held !== null && held !== due)).toEqual([])
    await change('undoing', { what: 'change' })
    expect(await state()).toEqual(before)
    expect(await standing()).toEqual([])
  }
  const coming = await site.database.asOwner(`select state from registration where person_id = $1`, [
    carl.personId,
  ])
  expect(coming).toEqual([{ state: 'registered' }])
})
