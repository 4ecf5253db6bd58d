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
  /** An OpenID Connect provider by which people may sign in: all of the first three, or none. */
  OIDC_ISSUER: z.url({ protocol: /^https?$/ }).optional(),
  OIDC_CLIENT_ID: z.string().min(1).optional(),
  OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  /** What the button calls it. */
  OIDC_NAME: z.string().min(1).max(60).default('OpenID'),
  /** Whether webhooks may lead into the network the program itself stands in: for tests and closed networks alone. */
  WEBHOOK_ALLOW_PRIVATE: z.stringbool().default(false),
  /** Connections to the database held by one process. */
  DATABASE_POOL: z.coerce.number().int().min(4).max(100).default(10),
  /** Server that takes mail. Absent: nothing is sent, and every message can be read in the outbox. */
  SMTP_URL: z.url({ protocol: /^smtps?$/, hostname: /./ }).optional(),
  /** Address that mail comes from, and that replies of servers go to. */
  MAIL_FROM: z.email().max(254).optional(),
  /** Domain of the addresses to which people answer by mail, and the port at which a mail server hands their answers over. */
  MAIL_REPLY_DOMAIN: z.hostname().max(180).toLowerCase().optional(),
  MAIL_IN_PORT: z.coerce.number().int().min(0).max(65535).optional(),
  /** Whence such mail may be handed over: this machine alone, unless told otherwise. */
  MAIL_IN_HOST: z.string().min(1).default('127.0.0.1'),
  /** Where files are kept by an S3-compatible service: all five, or none of them for the data folder. */
  S3_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  S3_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/)
    .optional(),
  S3_REGION: z.string().optional(),
  S3_ACCESS_KEY_ID: z.string().optional(),
  S3_SECRET_ACCESS_KEY: z.string().optional(),
})

/** Those that say something only together: all of a row, or none. */
const together = [
  ['S3_ENDPOINT', 'S3_BUCKET', 'S3_REGION', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'],
  ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'],
] as const

const environment = variables
  // A role of the application says nothing without the server it works on.
  .refine(given => !given.DATABASE_APP_URL || given.DATABASE_URL, { path: ['DATABASE_URL'] })
  // Nor a port for mail without a domain that its addresses have.
  .refine(given => given.MAIL_IN_PORT === undefined || given.MAIL_REPLY_DOMAIN, {
    path: ['MAIL_REPLY_DOMAIN'],
  })
  // Nor a mail server without an address to write from.
  .refine(given => !given.SMTP_URL || given.MAIL_FROM, { path: ['MAIL_FROM'] })
  .superRefine((given, context) => {
    for (const names of together) {
      const missing = names.filter(name => given[name] === undefined)
      if (missing.length === names.length) continue
      for (const name of missing)
        context.addIssue({ code: 'invalid_type', expected: 'string', input: undefined, path: [name] })
    }
  })

/** Sign-in by a provider of identities. */
export interface OpenIdConfig {
  issuer: string
  clientId: string
  clientSecret: string
  name: string
}

export interface S3Config {
  /** Of the service; the bucket follows it in the path. */
  endpoint: string
  bucket: string
  region: string
  accessKeyId: string
  secretAccessKey: string
}

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
  webhooksToPrivate: boolean
  /** Null without a mail server. */
  smtp: { url: string; from: string } | null
  /** Domain of the addresses to which people answer by mail; null: they answer on the page. */
  replyDomain: string | null
  /** Where this process takes such answers in; null: another one does, or none. */
  mailIn: { host: string; port: number } | null
  /** Absent: files are kept in the data folder. */
  s3: S3Config | undefined
  openId: OpenIdConfig | undefined
}

/** Its message has a line for each variable that is wrong, in the language of the environment. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

/** With what links begin where nobody asks by an address. */
export function linkOriginOf({ baseUrl, port }: Pick<Config, 'baseUrl' | 'port'>): string {
  return baseUrl ?? `http://localhost:${port}`
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
    webhooksToPrivate: value.WEBHOOK_ALLOW_PRIVATE,
    smtp: value.SMTP_URL && value.MAIL_FROM ? { url: value.SMTP_URL, from: value.MAIL_FROM } : null,
    replyDomain: value.MAIL_REPLY_DOMAIN ?? null,
    mailIn:
      value.MAIL_REPLY_DOMAIN && value.MAIL_IN_PORT !== undefined
        ? { host: value.MAIL_IN_HOST, port: value.MAIL_IN_PORT }
        : null,
    s3: s3Of(value),
    openId: openIdOf(value),
  }
}

function openIdOf(value: z.infer<typeof variables>): OpenIdConfig | undefined {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = value
  return issuer && clientId && clientSecret
    ? { issuer, clientId, clientSecret, name: value.OIDC_NAME }
    : undefined
}

function s3Of(value: z.infer<typeof variables>): S3Config | undefined {
  const { S3_ENDPOINT: endpoint, S3_BUCKET: bucket, S3_REGION: region } = value
  const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = value
  if (!endpoint || !bucket || !region || !accessKeyId || !secretAccessKey) return undefined
  return { endpoint: endpoint.replace(/\/+$/, ''), bucket, region, accessKeyId, secretAccessKey }
}

/** An address without path, query or account. */
function isOrigin(address: string): boolean {
  const url = URL.parse(address)
  return url !== null && url.href === `${url.origin}/`
}
