import { randomBytes } from 'node:crypto'
import sharp from 'sharp'
import { inTenant } from '#db/tenant.ts'
import { newId } from '#kernel/ids.ts'
import { follow } from '#modules/commons/following/followings.ts'
import { openFeed } from '#modules/commons/following/looks.ts'
import { emptyQuery } from '#modules/commons/search/query.ts'
import { tokenHash } from '#modules/network/invitations.ts'
import { recordChange } from '#platform/audit/record.ts'
import { aFile } from '#platform/files/testing.ts'
import { prepareJobs } from '#platform/jobs/jobs.ts'
import { queueMail } from '#platform/mail/index.ts'
import type { TestApp } from './app.ts'
import { curatedIn } from './curated.ts'
import { anOrganisation, aPage, aPerson, somePages, type TestNetwork } from './factories.ts'
import { affiliationIn } from './living-affiliation.ts'
import { afterworksIn, type LivingAfterworks } from './living-afterworks.ts'
import { datesIn, type LivingDates } from './living-dates.ts'
import { aCommentOn } from './living-discussion.ts'
import { groupIn, type LivingGroup } from './living-groups.ts'
import { type LivingDay, meetingDayIn } from './living-meeting-day.ts'
import { type LivingMeeting, meetingIn } from './living-meetings.ts'
import { organisationImportIn } from './living-organisation-import.ts'
import { programmeTemplateIn } from './living-programme-templates.ts'
import { type LivingProgramme, programmeIn } from './living-programmes.ts'
import { showcaseIn } from './living-showcase.ts'
import { type LivingThread, threadIn } from './living-threads.ts'
import { consentIn, writingIn } from './living-writing.ts'

/** Ids of one of everything that a network can hold, all of it for its own people alone. */
export interface Living {
  network: TestNetwork
  word: string
  invitation: string
  /** Of the link: whoever has it may answer. */
  invitationToken: string
  request: string
  person: string
  mandate: string
  organisation: string
  /** What another network asks of this one. */
  affiliation: string
  /** A list of organisations, compared. */
  organisationImport: string
  key: string
  job: string
  mail: string
  webhook: string
  delivery: string
  /** With what it holds: a request, an invitation, a task, a deliverable. */
  groups: LivingGroup
  meetings: LivingMeeting
  day: LivingDay
  /** What is said about that group. */
  thread: LivingThread
  dates: LivingDates
  afterworks: LivingAfterworks
  /** Of that group, with a step that has that meeting. */
  programmes: LivingProgramme
  /** A picture. */
  file: string
  import: string
  slug: string
  /** One of the network's own, in use and being changed. */
  template: string
  /** By the last word of its address; it holds the item of `slug`. */
  collection: string
  /** From that item to another. */
  link: string
  /** That item as it is written in: by the person, shared with the network, and waiting for its review. */
  /** What somebody that page speaks of has agreed to. */
  consent: string
  document: string
  /** On that document. */
  comment: string
  following: string
  /** The account of whoever follows it. */
  follower: string
  /** Of the address at which the one who follows reads their feed. */
  feedToken: string
  /** Key of a family of themes; what was decided about it. The item is translated into Spanish. */
  family: string
  decision: string
}

let count = 0
let picture: Buffer | undefined

/** Queues in which the jobs of tests can stand. */
export function prepareLiving(site: TestApp): Promise<void> {
  return prepareJobs(site.database.server.owner, [{ queue: 'test.living', expireSeconds: 60, retries: 1 }])
}

/**
 * Puts one of everything into a network.
 * @param word stands in every text of it
 * @param kept whose file and page are good for this one too
 */
export async function everythingIn(
  site: TestApp,
  network: TestNetwork,
  word: string,
  kept: Living | null = null,
): Promise<Living> {
  const { database } = site
  const { asOwner, db } = database
  count += 1
  const own = `${word} ${count}`
  const address = `${word}-${count}@exemple.org`
  const ids = Object.fromEntries(
    ['invitation', 'request', 'person', 'mandate', 'key', 'job', 'webhook', 'delivery', 'import'].map(
      name => [name, newId()],
    ),
  ) as Record<
    'invitation' | 'request' | 'person' | 'mandate' | 'key' | 'job' | 'webhook' | 'delivery' | 'import',
    string
  >
  const invitationToken = randomBytes(24).toString('base64url')
  const organisation = await anOrganisation(database, network, own)
  const asking = await aPerson(database, null, null, { name: own, email: `asks-${address}` })
  const insert = (sql: string, ...values: unknown[]) => asOwner(sql, [network.id, ...values])
  await insert(
    'insert into person (network_id, id, name, email) values ($1, $2, $3, $4)',
    ids.person,
    own,
    address,
  )
  await insert(
    `insert into mandate (network_id, id, person_id, organisation_id, role, title) values ($1, $2, $3, $4, 'member', $5)`,
    ids.mandate,
    ids.person,
    organisation,
    own,
  )
  await insert(
    `insert into invitation (network_id, id, email, role, title, locale, token_hash, expires_at)
     values ($1, $2, $3, 'member', $4, 'fr', $5, now() + interval '1 day')`,
    ids.invitation,
    `invited-${address}`,
    own,
    tokenHash(invitationToken),
  )
  await insert(
    'insert into join_request (network_id, id, account_id, name, email, message) values ($1, $2, $3, $4, $5, $4)',
    ids.request,
    asking.accountId,
    own,
    asking.email,
  )
  await insert(
    `insert into webhook (network_id, id, url, secret, actions) values ($1, $2, $3, $4, '{*}')`,
    ids.webhook,
    `https://${word}.example/${count}`,
    `whsec_${word}`,
  )
  await insert(
    `insert into webhook_delivery (network_id, id, webhook_id, action, payload, state, response)
     values ($1, $2, $3, 'test', $5, 'failed', $4)`,
    ids.delivery,
    ids.webhook,
    own,
    JSON.stringify({
      ...{ id: newId(), type: 'test', timestamp: new Date().toISOString() },
      data: { network: network.slug, subject: { type: 'webhook', id: ids.webhook } },
    }),
  )
  await insert(
    `insert into pgboss.job (id, name, state, data, output)
     values ($2, 'test.living', 'failed', jsonb_build_object('networkId', $1::text, 'origin', $3::text),
       jsonb_build_object('message', $3::text))`,
    ids.job,
    own,
  )
  await insert(
    `insert into commons_import (network_id, id, origin, visibility, state) values ($1, $2, $3, 'network', 'finished')`,
    ids.import,
    `${own}.zip`,
  )
  const template = `${word}-${count}`
  const definition = JSON.stringify({
    ...{ key: template, version: 1, type: 'solution', name: { fr: own } },
    sections: [
      {
        key: 'beginning',
        heading: { fr: own },
        questions: [{ key: 'title', ask: { fr: `${own} ?` }, answer: { kind: 'text' } }],
      },
    ],
  })
  await insert(
    'insert into commons_template (network_id, key, version, definition) values ($1, $2, 1, $3)',
    template,
    definition,
  )
  await insert(
    'insert into commons_template_draft (network_id, key, base_version, definition) values ($1, $2, 1, $3)',
    template,
    definition.replace(own, `${own} bis`),
  )
  const mail = await inTenant(db, network.inside, async trx => {
    await insert(
      `insert into api_token (network_id, id, name, secret_hash, scopes, expires_at)
       values ($1, $2, $3, $4, '{commons:read}', now() + interval '1 day')`,
      ids.key,
      own,
      randomBytes(32),
    )
    const id = await queueMail(trx, {
      networkId: network.id,
      to: { accountId: null, address, name: own, locale: 'fr', timeZone: 'Europe/Paris' },
      template: 'import-finished',
      params: { origin: own, created: 1, changed: 0, refused: 0, url: 'https://cordee.example/imports/1' },
      baseUrl: 'https://cordee.example',
    })
    const nobody = { accountId: null, mandateId: null, tokenId: null, origin: 'command' } as const
    await recordChange(trx, network.id, nobody, {
      action: 'person.added',
      subject: { type: 'person', id: ids.person },
      after: { word: own },
    })
    return id
  })
  const { file, slug } = kept ?? (await materialIn(site, network, word, own))
  await showcaseIn(site, network, { own, organisation, file })
  const meetings = await meetingIn(site, network, { own, person: ids.person, organisation })
  const groups = await groupIn(site, network, { own, person: ids.person, organisation, file })
  const { collection, link } = await sensemakingIn(site, network, own, slug)
  const followed = await followingIn(site, network, own, slug)
  const document = await writingIn(site, network, { own, slug, template, person: ids.person })
  // Called as the template of the commons is: the same word in an address leads to both.
  await programmeTemplateIn(site, network, { own, template, person: ids.person })
  return {
    ...ids,
    collection,
    link,
    document,
    consent: await consentIn(site, network, { own, document }),
    ...followed,
    comment: await aCommentOn(site, network, document, { own, account: followed.follower }),
    ...(await curatedIn(site, network, own, slug)),
    network,
    word,
    invitationToken,
    organisation,
    affiliation: await affiliationIn(site, network, own),
    organisationImport: await organisationImportIn(site, network, own),
    dates: await datesIn(site, network, { own, person: ids.person }),
    afterworks: await afterworksIn(site, network, {
      ...{ own, person: ids.person, organisation, account: followed.follower },
    }),
    groups,
    meetings,
    programmes: await programmeIn(site, network, {
      ...{ own, person: ids.person, organisation, group: groups.group, meeting: meetings.meeting },
    }),
    day: await meetingDayIn(site, network, { own, person: ids.person, ...meetings }),
    thread: await threadIn(site, network, { own, person: ids.person, group: groups.group }),
    mail,
    file,
    slug,
    template,
  }
}

async function materialIn(
  site: TestApp,
  network: TestNetwork,
  word: string,
  own: string,
): Promise<{ file: string; slug: string }> {
  const { database, services } = site
  picture ??= await sharp({ create: { width: 400, height: 300, channels: 3, background: '#086' } })
    .png()
    .toBuffer()
  const file = await aFile(database.db, services.storage, network.id, {
    name: `${own}.png`,
    content: picture,
    attached: true,
  })
  const name = `${word}.md`
  await somePages(
    database,
    network,
    {
      [name]: aPage(
        own,
        { geography: "Côte d'Ivoire", sdgs: 'sdg07', thematic_areas: own, latlng: '7.69,-5.03' },
        `Du texte avec ${word}.`,
      ),
      'autre.md': aPage('Autre page'),
      'signal.md': aPage(`Signal ${own}`, { type: 'weaksignal', thematic_areas: own }),
      'plan.md': aPage(
        `Plan ${own}`,
        { type: 'learningplan' },
        `> To what stage(s) in the learning cycle does your learning question relate?\n\n- Sense\n\n> What are the five key insights you draw from this plan?\n\nDu bilan avec ${word}.`,
      ),
    },
    'network',
  )
  const [item] = await database.asOwner<{ slug: string }>(
    'select slug from commons_item where network_id = $1 and file_name = $2',
    [network.id, name],
  )
  return { file: file.id, slug: item?.slug ?? '' }
}

async function sensemakingIn(
  { database }: TestApp,
  network: TestNetwork,
  own: string,
  slug: string,
): Promise<{ collection: string; link: string }> {
  const collection = `collection-${newId()}`
  const [row] = await database.asOwner<{ id: string }>(
    `with made as (
       insert into commons_collection (network_id, id, slug, title, about, state, language)
       values ($1, $2, $3, $4, $4, 'network', 'fr') returning id
     ), held as (
       insert into commons_collection_entry (network_id, collection_id, item_id, position, section, note)
       select $1, made.id, item.id, 1, $4, $4 from made, commons_item item where item.network_id = $1 and item.slug = $5
     )
     insert into commons_link (network_id, id, from_item, to_item, kind, note)
     select $1, $2, item.id, other.id, 'builds_on', $4 from commons_item item
     join commons_item other on other.network_id = item.network_id and other.file_name = 'autre.md'
     where item.network_id = $1 and item.slug = $5
     on conflict (network_id, from_item, to_item, kind) do update set note = excluded.note
     returning id`,
    [network.id, newId(), collection, own, slug],
  )
  return { collection, link: row?.id ?? '' }
}

/** Someone follows something, and has heard of it. */
async function followingIn(
  { database }: TestApp,
  network: TestNetwork,
  own: string,
  slug: string,
): Promise<{ following: string; follower: string; feedToken: string }> {
  const { personId, accountId } = await aPerson(database, network, 'member', { name: own })
  const follower = { networkId: network.id, personId, accountId, baseUrl: 'https://cordee.example' }
  const kept = await inTenant(database.db, { ...network.inside, accountId }, async trx => {
    const subject = { kind: 'search', query: { ...emptyQuery, q: own } } as const
    const { id } = await follow(trx, follower, subject, { name: own })
    return { following: id, feedToken: await openFeed(trx, follower) }
  })
  await database.asOwner(
    `insert into commons_news (network_id, following_id, item_id, version, person_id, at)
     select network_id, $2, id, 1, $3, now() from commons_item where network_id = $1 and slug = $4`,
    [network.id, kept.following, personId, slug],
  )
  return { ...kept, follower: accountId }
}
