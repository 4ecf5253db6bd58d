import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Command } from 'commander'
import type { Hono } from 'hono'
import type { RawBuilder } from 'kysely'
import type { ComponentChildren } from 'preact'
import type { z } from 'zod'
import type { Db, Trx } from '#db/database.ts'
import type { Finding } from '#db/examination.ts'
import type { Tenant } from '#db/tenant.ts'
import type { AppEnv, Services } from '#http/context.ts'
import type { Role } from '#http/policies.ts'
import type { Actor } from '#kernel/actor.ts'
import type { Locale } from '#kernel/locale.ts'
import type { Terminal } from '#kernel/terminal.ts'
import type { Storage } from '#platform/files/storage.ts'
import type { I18n } from '#platform/i18n/i18n.ts'
import type { Job } from '#platform/jobs/jobs.ts'
import type { ReplyTaker } from '#platform/mail/incoming/index.ts'

/** What a module brings to the program. `src/modules.ts` names them all; nothing else does. */
export interface Module {
  name: string
  pages?(app: Hono<AppEnv>): void
  api?(api: OpenAPIHono<AppEnv>): void
  /** What the module shows on pages of others: at the door of a network, on the page of a person, of a group… */
  sections?: Partial<Record<SectionPlace, Section[]>>
  /** What of the module waited behind an invitation into the network. */
  arriving?: Arriving
  /** What the module holds about somebody in a network, for the archive of their own data. */
  personalData?: PersonalData
  /** What of the module people speak about in threads, by kind. */
  threads?: Record<string, ThreadSubject>
  /** What of the module waits for people, by the name of its database function. */
  waiting?: WaitingSource
  /** In which groups organisations are: a filter of their directory. */
  organisationGroups?: OrganisationGroups
  /** Kinds of expectation of programmes that the module sees fulfilled, by the name that templates have for them. */
  expectations?: Record<string, ExpectationKind>
  commands?(program: Command, terminal: Terminal, context: CommandContext): void
  jobs?(context: JobContext): Job<never>[]
  /** Takes in what is answered by mail. */
  replies?(services: Services): ReplyTaker
  /** What the module has to say to `cordee doctor`. */
  examine?(context: { db: Db }): Promise<Finding[]>
  /** Loads the module's part of the demonstration; done again, it changes nothing. */
  demo?(context: DemoContext): Promise<void>
}

export const sectionPlaces = [
  'home',
  'person',
  'organisation',
  'group',
  'meeting',
  'invitation',
  'registration',
] as const
export type SectionPlace = (typeof sectionPlaces)[number]

/** Reads within the page's transaction; gives back elements, and the scripts they would like to have; null for nothing. */
export type Section = (context: {
  trx: Trx
  network: { id: string; slug: string; timeZone: string }
  /** What the page is about; at the door of a network, the network itself; for whoever holds a link, their invitation or registration. */
  subject: { id: string }
  /** Who reads; a visitor is nobody. */
  person: { personId: string | null; role: Role }
  /** Of all modules, what waits for people. */
  waiting: WaitingSource[]
  i18n: I18n
}) => Promise<{ content: ComponentChildren; scripts: string[] } | null>

/**
 * Somebody has taken up an invitation into the network: what else they were invited to comes about with it, in the same
 * transaction.
 * @returns where that leads, as a path; null where nothing waited
 */
export type Arriving = (
  trx: Trx,
  arrival: {
    network: { id: string; slug: string }
    actor: Actor
    personId: string
    /** For which they come, by their new mandate. */
    organisationId: string | null
    invitationId: string
    locale: Locale
  },
) => Promise<string | null>

export type PersonalData = (
  trx: Trx,
  networkId: string,
  accountId: string,
) => Promise<Record<string, unknown>>

/**
 * Something people speak about: it says who reads and who writes, and nothing else does. By page, by key and by mail alike.
 * A module may take the `Entry` of modules/network for `reader`: nobody else ever comes.
 */
export interface ThreadSubject {
  /** @returns null for what is not there, or not for this reader */
  find(trx: Trx, reader: ThreadReader, id: string): Promise<FoundSubject | null>
  /** Who hears of what is said unless they ask for less, by person: those who are in it today. */
  audience(trx: Trx, networkId: string, id: string): Promise<string[]>
}

export interface ThreadReader {
  network: { id: string; slug: string; timeZone: string }
  tenant: Tenant
  role: Role
  personId: string | null
}

export interface FoundSubject {
  title: string
  /** Its own page, as a path. */
  address(locale: Locale): string
  mayWrite: boolean
  /** May close the thread, and remove what others wrote. */
  mayRun: boolean
}

/** Groups that organisations are in today: those alone that the reader may know of. A module may take an `Entry` for `reader`. */
export interface OrganisationGroups {
  /** A query that gives `organisation_id` and `group_id`. */
  belonging(reader: GroupsReader): RawBuilder<unknown>
  /** What they are called. */
  names(trx: Trx, reader: GroupsReader, ids: readonly string[]): Promise<Map<string, string>>
}

export interface GroupsReader {
  network: { id: string }
  role: Role
  personId: string | null
}

/**
 * What people are to prepare, answer, confirm or finish. One function of the database for each module, all of one shape, so
 * that what waits in the whole network is asked in one statement, for one person as for a thousand:
 * `(people uuid[], at timestamptz)` gives rows of `waiting_row` (migration 0037), under the policies of whoever asks.
 */
export interface WaitingSource {
  source: `${string}_waiting`
  kinds: Record<string, WaitingKind>
}

export interface WaitingKind {
  /** What one does about it. */
  act: 'prepare' | 'answer' | 'confirm' | 'finish'
  /** 1: can wait; 2: is worth doing; 3: somebody else waits for it. */
  weight: 1 | 2 | 3
  /** Where it is done, as a path. */
  address(place: { locale: Locale; network: string }, row: { subjectId: string; slug: string | null }): string
}

/** Something that the step of a programme expects of each organisation, and that a module sees done. */
export interface ExpectationKind {
  /** What a template may say of one, beside its title; strict. */
  settings: z.ZodType<Record<string, unknown>>
  /** What `source` is asked of: the meeting of the step, or the expectation itself. */
  subject: 'meeting' | 'expectation'
  /**
   * A function of the database, `(subjects uuid[])`, which gives who did it: `subject_id, organisation_id, person_id,
   * done_on`; under the policies of whoever asks.
   */
  source: string
  /** Whether organisations say themselves that it is done, on the page of the step. */
  said: boolean
  /** Where else it is done, as a path; null: on the page of the step. */
  address:
    | ((
        place: { locale: Locale; network: string },
        expectation: { id: string; settings: Record<string, unknown>; meetingId: string | null },
      ) => string | null)
    | null
}

export interface JobContext {
  db: Db
  storage: Storage
  /** Signs links. */
  secret: string
  /** What people speak about, by kind, of all modules. */
  threadSubjects: Record<string, ThreadSubject>
  waiting: WaitingSource[]
  expectations: Record<string, ExpectationKind>
  /** With what the links of mail begin. */
  linkOrigin: string
  /** Domain at which answers by mail are taken in; null where there is none. */
  replyDomain: string | null
}

/** What a command knows of all modules. */
export interface CommandContext {
  expectations: Record<string, ExpectationKind>
}

export interface DemoContext {
  db: Db
  /** Where files of it go; without, it has none. */
  storage?: Storage
  /** Folder of the demonstration's material. */
  folder: string
  networks: Map<string, { id: string; visibility: 'public' | 'private' }>
}
