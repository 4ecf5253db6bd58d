import { resolve } from 'node:path'
import { z } from 'zod'
import { localeOfEnvironment } from '#kernel/locale.ts'
import { projectFolder } from '#kernel/project.ts'

/** Everything the installation can be told by its environment; parsed once, at start, failing loudly. */
const variables = z.object({
  PORT: z.coerce.number().int().min(0).max(65535).default(3000),
  HOST: z.string().min(1).default('::'),
  /** Folder of the embedded database, of uploads and of locks. */
  CORDEE_DATA: z.string().min(1).default(resolve(projectFolder, 'data')),
  /** PostgreSQL 15 or later, as the owner of the database. Absent: the embedded server. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  /** The same database as a role that owns nothing. Absent: the role cordee_app, made at migration. */
  DATABASE_APP_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  /** Public address, without a path: links in feeds and exports start with it. */
  BASE_URL: z
    .url({ protocol: /^https?$/, abort: true })
    .refine(isOrigin)
    .optional(),
  /** How many proxies stand in front and may be believed about the visitor's address. */
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(5).default(0),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  /** Multiplies what one address may ask in a minute; 0 where something in front already counts. */
  RATE_LIMIT: z.coerce.number().min(0).max(1000).default(1),
  /** Connections to the database held by one process. */
  DATABASE_POOL: z.coerce.number().int().min(2).max(100).default(10),
})

// A role of the application says nothing without the server it works on.
const environment = variables.refine(given => !given.DATABASE_APP_URL || given.DATABASE_URL, {
  path: ['DATABASE_URL'],
})

export interface Config {
  port: number
  host: string
  dataFolder: string
  databaseUrl: string | undefined
  databaseAppUrl: string | undefined
  baseUrl: string | undefined
  trustedProxies: number
  logLevel: z.infer<typeof variables>['LOG_LEVEL']
  rateLimit: number
  poolSize: number
}

/** Its message has a line for each variable that is wrong, in the language of the environment. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

/** @throws ConfigError */
export function readConfig(env: Record<string, string | undefined> = process.env): Config {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  )
  const { localeError } = z.locales[localeOfEnvironment(env)]()
  const parsed = environment.safeParse(given, { error: localeError })
  if (!parsed.success) {
    const lines = parsed.error.issues.map(issue => `  ${issue.path.join('.')}: ${issue.message}`)
    throw new ConfigError(lines.join('\n'))
  }
  const value = parsed.data
  return {
    port: value.PORT,
    host: value.HOST,
    dataFolder: resolve(value.CORDEE_DATA),
    databaseUrl: value.DATABASE_URL,
    databaseAppUrl: value.DATABASE_APP_URL,
    baseUrl: value.BASE_URL && new URL(value.BASE_URL).origin,
    trustedProxies: value.TRUSTED_PROXIES,
    logLevel: value.LOG_LEVEL,
    rateLimit: value.RATE_LIMIT,
    poolSize: value.DATABASE_POOL,
  }
}

/** An address without path, query or account. */
function isOrigin(address: string): boolean {
  const url = URL.parse(address)
  return url !== null && url.href === `${url.origin}/`
}
