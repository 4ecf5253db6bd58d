import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Command } from 'commander'
import type { Hono } from 'hono'
import type { ComponentChildren } from 'preact'
import type { Db, Trx } from '#db/database.ts'
import type { Finding } from '#db/examination.ts'
import type { AppEnv } from '#http/context.ts'
import type { Role } from '#http/policies.ts'
import type { Terminal } from '#kernel/terminal.ts'
import type { Storage } from '#platform/files/storage.ts'
import type { I18n } from '#platform/i18n/i18n.ts'
import type { Job } from '#platform/jobs/jobs.ts'

/** What a module brings to the program. `src/modules.ts` names them all; nothing else does. */
export interface Module {
  name: string
  pages?(app: Hono<AppEnv>): void
  api?(api: OpenAPIHono<AppEnv>): void
  /** What the module shows at the door of a network. */
  homeSection?: HomeSection
  commands?(program: Command, terminal: Terminal): void
  jobs?(context: JobContext): Job<never>[]
  /** What the module has to say to `cordee doctor`. */
  examine?(context: { db: Db }): Promise<Finding[]>
  /** Loads the module's part of the demonstration; done again, it changes nothing. */
  demo?(context: DemoContext): Promise<void>
}

/** Reads within the page's transaction; gives back elements, and the scripts they would like to have. */
export type HomeSection = (context: {
  trx: Trx
  network: { id: string; slug: string; timeZone: string }
  /** Who is at the door; a visitor is nobody. */
  person: { personId: string | null; role: Role }
  i18n: I18n
}) => Promise<{ content: ComponentChildren; scripts: string[] }>

export interface JobContext {
  db: Db
  storage: Storage
}

export interface DemoContext {
  db: Db
  /** Folder of the demonstration's material. */
  folder: string
  networks: Map<string, { id: string; visibility: 'public' | 'private' }>
}
