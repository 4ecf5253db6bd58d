import type { AxiosResponse } from 'axios'
import { OpenAPIClientAxios } from 'openapi-client-axios'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { inTenant } from '#db/tenant.ts'
import { type Policy, policies, scopes } from '#http/policies.ts'
import { issueToken } from '#modules/network/index.ts'
import { listening, type TestApp, type TestSite, testApp } from './app.ts'
import { aNetwork, aPage, aToken } from './factories.ts'
import { everythingIn, type Living, prepareLiving } from './living.ts'
import { livingAsked, livingToMeet } from './living-afterworks.ts'
import { dayAhead, livingOption, livingSecondPoll } from './living-dates.ts'
import { parametersOf } from './living-parameters.ts'
import {
  livingCapsules,
  livingProgrammeGroup,
  livingProgrammeGroupId,
  livingStepAhead,
} from './living-programmes.ts'

/** A program written from the description of the API alone: it calls every operation there is, over a real connection. */
interface Schema {
  type?: string | string[]
  properties?: Record<string, Schema>
  additionalProperties?: boolean | Schema
  items?: Schema
  allOf?: Schema[]
  anyOf?: Schema[]
  oneOf?: Schema[]
}

interface Described {
  operationId: string
  method: string
  path: string
  summary: string
  tags: string[]
  'x-policy': Policy
  parameters?: { name: string; in: string; required?: boolean; schema: Schema }[]
  requestBody?: { required?: boolean; content: Record<string, { schema: Schema }> }
  responses: Record<string, { description: string; content?: Record<string, { schema: Schema }> }>
}

type Client = Record<
  string,
  (parameters: object, body: unknown, config: object) => Promise<AxiosResponse<unknown>>
>

let site: TestApp
let web: TestSite
let living: Living
let client: Client
let operations: Described[]
let key: string
/** Of someone: a key of the network follows nothing. */
let ownKey: string

beforeAll(async () => {
  site = await testApp()
  await prepareLiving(site)
  web = await listening(site)
  living = await everythingIn(
    site,
    await aNetwork(site.database, { slug: 'fil', visibility: 'private' }),
    'mot',
  )
  key = await aToken(site.database, living.network, [...scopes])
  const { secret } = await inTenant(site.database.db, living.network.inside, trx =>
    issueToken(trx, living.network.id, {
      ...{ name: 'Test', scopes: [...scopes], days: 1 },
      accountId: living.follower,
    }),
  )
  ownKey = secret
  await site.database.asOwner(
    `insert into commons_author (network_id, document_id, person_id)
     select network_id, $2, id from person where network_id = $1 and account_id = $3`,
    [living.network.id, living.document, living.follower],
  )
  await site.database.asOwner(
    `insert into group_member (network_id, group_id, person_id)
     select person.network_id, network_group.id, person.id
     from person join network_group on network_group.network_id = person.network_id and network_group.slug = $2
     where person.network_id = $1 and person.account_id = $3 on conflict do nothing`,
    [living.network.id, living.groups.group, living.follower],
  )
  await site.database.asOwner(
    `update programme_quote set person_id = (select id from person where network_id = $1 and account_id = $2)
     where network_id = $1`,
    [living.network.id, living.follower],
  )
  await site.database.asOwner(
    `update mandate set organisation_id = $2 where network_id = $1
       and person_id in (select id from person where network_id = $1 and account_id = $3)`,
    [living.network.id, living.organisation, living.follower],
  )
  const api = new OpenAPIClientAxios({ definition: `${web.url}/api/openapi.json` })
  client = (await api.init()) as unknown as Client
  // With what it refers to put in its place.
  operations = api.getOperations() as unknown as Described[]
})

afterAll(async () => {
  await web.close()
  await site.close()
})

describe('the description', () => {
  test('every operation says what it is, whom it is for, and how it fails', () => {
    expect(operations.length).toBeGreaterThan(0)
    for (const { operationId, summary, tags, responses, path, 'x-policy': policy } of operations) {
      expect(operationId).toMatch(/^[a-z]+(?:[A-Z][a-z]+)+$/)
      expect(summary, operationId).toBeTruthy()
      expect(tags, operationId).toHaveLength(1)
      expect(Object.keys(policies), operationId).toContain(policy)
      const failures = path.includes('{network}') ? ['401', '403', '404', '429'] : ['429']
      expect(Object.keys(responses), operationId).toEqual(expect.arrayContaining(failures))
    }
  })

  test('what is sent in can be wrong, and every schema can be read', () => {
    for (const { operationId, parameters = [], requestBody, responses } of operations) {
      const query = parameters.some(parameter => parameter.in === 'query')
      if (query || requestBody) expect(Object.keys(responses), operationId).toContain('422')
      const contents = [requestBody, ...Object.values(responses)].flatMap(one =>
        Object.values(one?.content ?? {}),
      )
      for (const { schema } of [...parameters, ...contents])
        expect(() => z.fromJSONSchema(schema as z.core.JSONSchema.BaseSchema), operationId).not.toThrow()
    }
  })
})

test('every operation, called once, answers as it is described', async () => {
  // Those that take something away come last.
  const isLast = ({ method, path }: Described) =>
    Number(method === 'delete' || path.endsWith('/cancellation'))
  const order = [...operations].sort((a, b) => isLast(a) - isLast(b))
  for (const operation of order) {
    const answer = await call(operation)
    const name = `${operation.operationId}: ${answer.status} ${JSON.stringify(answer.data)?.slice(0, 300)}`
    expect(answer.status, name).toBeLessThan(300)
    checkAnswer(operation, answer)
  }
})

test('every operation refuses as it is described', async () => {
  for (const operation of operations.filter(({ path }) => path.includes('{network}'))) {
    const others = scopes.filter(scope => scope !== operation['x-policy'])
    const weak = { authorization: `Bearer ${await aToken(site.database, living.network, others)}` }
    for (const [status, headers] of [
      [404, {}],
      [403, weak],
    ] as const) {
      const refused = await call(operation, headers)
      expect(refused.status, operation.operationId).toBe(status)
      checkAnswer(operation, refused)
    }
  }
})

const evening = { title: 'Une rencontre', day: dayAhead(9), from: '18:00', to: '20:00' }
const weekly = { title: 'Chaque semaine', visibility: 'network', from: '18:00', to: '19:00', repeats: 'week' }

const onScreen = { mode: 'video', day: dayAhead(25), time: '10:00', minutes: 60 }
const oneStepMore = { ...onScreen, after: livingStepAhead, title: 'Une étape de plus', day: dayAhead(90) }
const oneCapsuleMore = { title: 'Bilan', mode: 'video', after: livingCapsules[0], startsOn: dayAhead(120) }
const cycle = {
  ...{ group: livingProgrammeGroup, template: 'quarter-cycle', name: 'Un trimestre' },
  startsOn: dayAhead(20),
}

/** What operations need besides their path. Of those that are not here, nothing but the path is needed. */
const sent: Record<string, { query?: object; type?: string; body?: unknown }> = {
  getNetworksNetworkCommonsPlaces: { query: { bbox: '-9,4,-2,11' } },
  postNetworksNetworkCommonsCollections: { body: { title: 'Titre', language: 'fr', state: 'network' } },
  putNetworksNetworkCommonsCollectionsCollection: {
    body: { title: 'Titre', about: '', language: 'fr', state: 'network' },
  },
  postNetworksNetworkCommonsCollectionsCollectionEntries: { body: { item: 'autre-page' } },
  patchNetworksNetworkCommonsCollectionsCollectionEntriesSlug: { body: { section: 'Partie' } },
  postNetworksNetworkCommonsItemsSlugLinks: { body: { to: 'autre-page', kind: 'answers' } },
  postNetworksNetworkCommonsFollowings: { body: { subject: { kind: 'search', query: 'q=communs' } } },
  putNetworksNetworkCommonsFollowingsId: { body: { name: null, cadence: 'never' } },
  postNetworksNetworkCommonsFamilyRules: {
    body: { decisions: [{ kind: 'theme', action: 'hidden', key: 'eau', hidden: true }] },
  },
  putNetworksNetworkCommonsItemsSlugTranslationsLanguage: {
    body: { passages: [{ path: 'title', original: 'Titre', text: 'Título' }] },
  },
  postNetworksNetworkDocuments: { body: { template: 'solution', language: 'fr', title: 'Titre' } },
  postNetworksNetworkDocumentsIdAnswers: {
    body: { changes: [{ path: 'title', value: 'Autre titre', seen: 1 }] },
  },
  postNetworksNetworkDocumentsIdPublication: { body: { visibility: 'network' } },
  postNetworksNetworkDocumentsIdComments: { body: { body: 'Un mot' } },
  postNetworksNetworkDocumentsIdCommentsCommentAnswers: { body: { body: 'Un autre' } },
  postNetworksNetworkDocumentsIdCommentsCommentDecision: { body: { state: 'resolved' } },
  postNetworksNetworkCommonsImports: { query: { name: 'a.md' }, type: 'text/markdown', body: aPage('A') },
  postNetworksNetworkFiles: {
    query: { name: 'a.txt' },
    type: 'application/octet-stream',
    body: 'un texte',
  },
  postNetworksNetworkInvitations: {
    body: { emails: ['ana@exemple.org'], role: 'member', title: '', locale: 'fr', organisation: '' },
  },
  putNetworksNetworkTemplatesTemplate: {
    body: {
      type: 'solution',
      name: { fr: 'Changé' },
      sections: [
        {
          key: 'beginning',
          heading: { fr: 'Pour commencer' },
          questions: [{ key: 'title', ask: { fr: 'Quel titre ?' }, answer: { kind: 'text' } }],
        },
      ],
    },
  },
  putNetworksNetworkProgrammeTemplatesTemplate: {
    body: {
      ...{ name: { fr: 'Changé' }, licence: 'CC0-1.0', duration: 'P3M' },
      capsules: [
        {
          ...{ key: 'une', title: { fr: 'Une' } },
          steps: [{ key: 'debut', title: { fr: 'Début' }, mode: 'own_work', starts: 'P0D' }],
        },
      ],
    },
  },
  postNetworksNetworkProgrammes: { body: cycle },
  postNetworksNetworkProgrammesPlan: { body: cycle },
  getNetworksNetworkProgrammesProgrammeMoves: { query: { step: livingStepAhead, day: dayAhead(62) } },
  postNetworksNetworkProgrammesProgrammeMoves: {
    body: {
      revision: 1,
      moves: [{ stepId: livingStepAhead, opensOn: dayAhead(31), dueOn: dayAhead(61), beginsAt: null }],
    },
  },
  putNetworksNetworkProgrammesProgrammeStepsStepExpectationsExpectationFulfilmentsOrganisation: {
    body: { note: 'Fait' },
  },
  postNetworksNetworkProgrammesProgrammeQuotes: {
    body: { body: 'Un mot', consent: 'group', signedAs: 'nobody' },
  },
  postNetworksNetworkProgrammesProgrammePause: { body: { revision: 2 } },
  postNetworksNetworkProgrammesProgrammeResumption: { body: { revision: 3, resumesOn: dayAhead(3) } },
  postNetworksNetworkProgrammesProgrammeShortening: { body: { revision: 4, left: [livingStepAhead] } },
  postNetworksNetworkProgrammesProgrammeUndoing: { body: { revision: 5 } },
  postNetworksNetworkProgrammesProgrammeStepsPlan: { body: { revision: 6, ...oneStepMore } },
  postNetworksNetworkProgrammesProgrammeSteps: { body: { revision: 6, ...oneStepMore } },
  postNetworksNetworkProgrammesProgrammeStepsStepModePlan: { body: { revision: 7, ...onScreen } },
  putNetworksNetworkProgrammesProgrammeStepsStepMode: { body: { revision: 7, ...onScreen } },
  postNetworksNetworkProgrammesProgrammeOrderPlan: {
    body: { revision: 8, order: livingCapsules.toReversed() },
  },
  putNetworksNetworkProgrammesProgrammeOrder: {
    body: { revision: 8, order: livingCapsules.toReversed() },
  },
  postNetworksNetworkProgrammesProgrammeCapsulesPlan: { body: { revision: 9, ...oneCapsuleMore } },
  postNetworksNetworkProgrammesProgrammeCapsules: { body: { revision: 9, ...oneCapsuleMore } },
  postNetworksNetworkOrganisations: { body: { name: 'Une autre organisation' } },
  patchNetworksNetworkOrganisationsOrganisation: { body: { town: 'Lyon' } },
  postNetworksNetworkOrganisationsImports: {
    query: { name: 'a.csv' },
    type: 'application/octet-stream',
    body: 'Nom,Ville\nA,Albi\n',
  },
  postNetworksNetworkOrganisationsImportsIdColumns: { body: { fields: ['name', 'town'] } },
  postNetworksNetworkOrganisationsImportsIdExecution: { body: {} },
  postNetworksNetworkDatePolls: {
    body: {
      title: 'Une date',
      timeZone: 'Europe/Paris',
      visibility: 'network',
      closesAt: `${dayAhead(5)}T12:00:00Z`,
      options: [`${dayAhead(9)}T12:00:00Z`],
    },
  },
  putNetworksNetworkDatePollsPollAnswer: { body: { votes: { [livingOption]: 'yes' } } },
  postNetworksNetworkDatePollsPollChoice: { body: { option: livingOption } },
  postNetworksNetworkDatePollsPollCancellation: { query: { poll: livingSecondPoll } },
  postNetworksNetworkSeries: { body: { ...weekly, startsOn: dayAhead(9), times: 2 } },
  postNetworksNetworkSeriesSeriesChanges: { body: { ...weekly, startsOn: dayAhead(12), times: 1 } },
  postNetworksNetworkSeriesSeriesExtension: { body: { times: 3 } },
  postNetworksNetworkSeriesSeriesRegistration: { body: {} },
  postNetworksNetworkSeriesSeriesEnd: { body: {} },
  postNetworksNetworkGroupsGroupTasks: { body: { title: 'À faire' } },
  postNetworksNetworkMeetings: { body: evening },
  putNetworksNetworkMeetingsMeeting: { body: evening },
  postNetworksNetworkMeetingsMeetingCancellation: { body: { words: 'Il neige.' } },
  putNetworksNetworkMeetingsMeetingRegistration: { body: {} },
  postNetworksNetworkMeetingsMeetingInvitations: { body: { group: livingProgrammeGroupId } },
  postNetworksNetworkThreadsTypeSubjectMessages: { body: { body: 'Un mot' } },
  postNetworksNetworkMeetingsMeetingPresences: { body: { name: 'Venue sans prévenir' } },
  putNetworksNetworkTasksTaskState: { body: { state: 'done' } },
  postNetworksNetworkAfterworks: {
    body: { name: 'Une série', confirmBy: dayAhead(20), countedFrom: dayAhead(0) },
  },
  postNetworksNetworkAfterworksSeriesConfirmations: { body: {} },
  postNetworksNetworkAfterworksSeriesProposals: { body: { kind: 'theme', text: 'Un thème' } },
  putNetworksNetworkAfterworksSeriesProposalsProposalVote: { body: { wanted: true } },
  postNetworksNetworkAfterworksSeriesEditions: {
    body: { theme: 'Un thème', day: dayAhead(30), from: '18:00', to: '20:00' },
  },
  postNetworksNetworkIntroductions: { body: { personId: livingToMeet } },
  putNetworksNetworkIntroductionsIntroductionAnswer: {
    query: { introduction: livingAsked },
    body: { agreed: true },
  },
  postNetworksNetworkIntroductionsIntroductionSteps: { body: { stage: 'conversation' } },
  postNetworksNetworkWebhooks: { body: { url: 'https://exemple.org/cordee', actions: ['*'] } },
  patchNetworksNetworkWebhooksId: { body: { enabled: true } },
}

function call(
  operation: Described,
  headers: Record<string, string> = {
    authorization: `Bearer ${/\/(?:followings|news|decision|answer|registration|messages|quotes|waiting|proposals|confirmations|introductions(?!\/agreed))\b|\/documents(?:\/[^/]+(?:\/(?:answers|publication))?)?$/.test(operation.path) ? ownKey : key}`,
  },
): Promise<AxiosResponse<unknown>> {
  const { operationId, path, parameters = [] } = operation
  const name = /networks\/\{network\}\/(?:commons\/)?([a-z]+)s/.exec(path)?.[1] ?? ''
  const known = {
    ...parametersOf(living, path.includes('/export/') ? 'commons' : name),
    ...sent[operationId]?.query,
  }
  const needed = parameters.filter(
    one => one.required || Object.hasOwn(sent[operationId]?.query ?? {}, one.name),
  )
  const values = needed.map(one => [one.name, (known as Record<string, string>)[one.name]])
  const method = client[operationId]
  if (!method) throw new Error(`The client has no ${operationId}`)
  const { type, body } = sent[operationId] ?? {}
  const config = {
    headers: { ...headers, ...(type && { 'content-type': type }) },
    validateStatus: () => true,
    maxRedirects: 0,
  }
  return method(Object.fromEntries(values), body ?? null, config)
}

/** Its status is described, its type, and all of its content. */
function checkAnswer(
  { operationId, responses }: Described,
  { status, headers, data }: AxiosResponse<unknown>,
): void {
  const described = responses[status]
  expect(described, `${operationId} does not say that it answers ${status}`).toBeDefined()
  const contents = Object.entries(described?.content ?? {})
  const type = String(headers['content-type'] ?? '').split(';')[0] ?? ''
  if (contents.length === 0) {
    expect(data || null, operationId).toBeNull()
    return
  }
  const [, content] = contents.find(([name]) => name === type || name === '*/*') ?? []
  expect(content, `${operationId} does not say that it answers with ${type}`).toBeDefined()
  if (!content || !/json$/.test(type)) return
  const parsed = z.fromJSONSchema(content.schema as z.core.JSONSchema.BaseSchema).safeParse(data)
  expect(parsed.error?.issues ?? [], operationId).toEqual([])
  expect(undescribed(content.schema, data), operationId).toEqual([])
}

/** What is told beyond what is described: the names of fields, with their place. */
function undescribed(schema: Schema, value: unknown, place = ''): string[] {
  if (Array.isArray(value)) {
    const { items } = flat(schema)
    return items ? value.flatMap((one, index) => undescribed(items, one, `${place}[${index}]`)) : []
  }
  if (typeof value !== 'object' || value === null) return []
  const { properties, additionalProperties } = flat(schema)
  return Object.entries(value).flatMap(([name, field]) => {
    const known = properties?.[name]
    if (known) return undescribed(known, field, `${place}.${name}`)
    return additionalProperties ? [] : [`${place}.${name}`]
  })
}

/** All that a schema says of one value, from all of its parts. */
function flat(schema: Schema): Pick<Schema, 'properties' | 'items' | 'additionalProperties'> {
  const parts = [...(schema.allOf ?? []), ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].map(flat)
  return [schema, ...parts].reduce<Pick<Schema, 'properties' | 'items' | 'additionalProperties'>>(
    (all, part) => ({
      properties: { ...all.properties, ...part.properties },
      ...((all.items ?? part.items) && { items: all.items ?? part.items }),
      ...((all.additionalProperties ?? part.additionalProperties) && {
        additionalProperties: all.additionalProperties ?? part.additionalProperties,
      }),
    }),
    {},
  )
}
