import { describe, expect, test } from 'vitest'
import { ConfigError, readConfig } from '#kernel/config.ts'

test('an empty environment is enough', () => {
  expect(readConfig({})).toMatchObject({
    port: 3000,
    host: '::',
    databaseUrl: undefined,
    databaseAppUrl: undefined,
    baseUrl: undefined,
    trustedProxies: 0,
    logLevel: 'info',
    rateLimit: 1,
    poolSize: 10,
    smtp: null,
    s3: undefined,
  })
  expect(readConfig({}).dataFolder).toMatch(/[/\\]data$/)
})

test('an empty variable counts as absent', () => {
  expect(readConfig({ PORT: '', DATABASE_URL: '', BASE_URL: '' })).toEqual(readConfig({}))
})

const s3 = {
  S3_ENDPOINT: 'https://s3.example/',
  S3_BUCKET: 'cordee-files',
  S3_REGION: 'eu-west-3',
  S3_ACCESS_KEY_ID: 'key',
  S3_SECRET_ACCESS_KEY: 'secret',
}

const openId = {
  OIDC_ISSUER: 'https://id.example/realm',
  OIDC_CLIENT_ID: 'cordee',
  OIDC_CLIENT_SECRET: 'secret',
  OIDC_NAME: 'Identité',
}

test('everything can be said', () => {
  expect(
    readConfig({
      PORT: '8080',
      HOST: '127.0.0.1',
      CORDEE_DATA: '/srv/cordee',
      DATABASE_URL: 'postgres://owner:secret@db/cordee',
      DATABASE_APP_URL: 'postgresql://app@db/cordee',
      BASE_URL: 'https://cordee.example/',
      TRUSTED_PROXIES: '2',
      LOG_LEVEL: 'warn',
      RATE_LIMIT: '0.5',
      DATABASE_POOL: '20',
      SMTP_URL: 'smtps://cordee:p%40ss@mail.example:465',
      MAIL_FROM: 'cordee@cordee.example',
      MAIL_REPLY_DOMAIN: 'Reponse.cordee.example',
      MAIL_IN_PORT: '2525',
      MAIL_IN_HOST: '10.0.0.2',
      WEBHOOK_ALLOW_PRIVATE: 'true',
      ...s3,
      ...openId,
    }),
  ).toEqual({
    port: 8080,
    host: '127.0.0.1',
    dataFolder: '/srv/cordee',
    databaseUrl: 'postgres://owner:secret@db/cordee',
    databaseAppUrl: 'postgresql://app@db/cordee',
    baseUrl: 'https://cordee.example',
    trustedProxies: 2,
    logLevel: 'warn',
    rateLimit: 0.5,
    poolSize: 20,
    webhooksToPrivate: true,
    openId: {
      issuer: 'https://id.example/realm',
      clientId: 'cordee',
      clientSecret: 'secret',
      name: 'Identité',
    },
    smtp: { url: 'smtps://cordee:p%40ss@mail.example:465', from: 'cordee@cordee.example' },
    replyDomain: 'reponse.cordee.example',
    mailIn: { host: '10.0.0.2', port: 2525 },
    s3: {
      endpoint: 'https://s3.example',
      bucket: 'cordee-files',
      region: 'eu-west-3',
      accessKeyId: 'key',
      secretAccessKey: 'secret',
    },
  })
})

describe('what is wrong is named', () => {
  test.each([
    ['PORT', 'abc'],
    ['PORT', '-1'],
    ['PORT', '65536'],
    ['PORT', '80.5'],
    ['DATABASE_URL', 'mysql://db/cordee'],
    ['DATABASE_URL', 'cordee'],
    ['DATABASE_APP_URL', 'http://db'],
    ['BASE_URL', 'cordee.example'],
    ['BASE_URL', 'ftp://cordee.example'],
    ['BASE_URL', 'https://cordee.example/path'],
    ['BASE_URL', 'https://cordee.example?x=1'],
    ['BASE_URL', 'https://user:secret@cordee.example'],
    ['TRUSTED_PROXIES', '-1'],
    ['TRUSTED_PROXIES', 'yes'],
    ['TRUSTED_PROXIES', '6'],
    ['LOG_LEVEL', 'loud'],
    ['RATE_LIMIT', '-1'],
    ['RATE_LIMIT', 'none'],
    ['DATABASE_POOL', '1'],
    ['DATABASE_POOL', '1000'],
    ['SMTP_URL', 'mail.example'],
    ['SMTP_URL', 'http://mail.example'],
    ['SMTP_URL', 'smtp://'],
    ['MAIL_FROM', 'cordee'],
    ['MAIL_FROM', 'Cordée <cordee@cordee.example>'],
    ['MAIL_FROM', 'cordee@cordee.example\r\nBcc: all@cordee.example'],
    ['S3_ENDPOINT', 's3.example'],
    ['S3_BUCKET', 'a/b'],
  ])('%s=%s', (name, value) => {
    const read = () => readConfig({ [name]: value })
    expect(read).toThrow(ConfigError)
    expect(read).toThrow(new RegExp(`^ {2}${name}: \\S`, 'm'))
  })

  test('all of it at once, and without the value, which may be a secret', () => {
    const read = () => readConfig({ PORT: 'x', LOG_LEVEL: 'y', DATABASE_URL: 'hunter2' })
    expect(read).toThrow(/PORT.*\n.*DATABASE_URL.*\n.*LOG_LEVEL/s)
    expect(read).not.toThrow(/hunter2/)
  })

  test('in the language of the terminal', () => {
    expect(() => readConfig({ PORT: '70000', LANG: 'en_GB.UTF-8' })).toThrow(/Too big/)
    expect(() => readConfig({ PORT: '70000', LANG: 'fr_FR.UTF-8' })).toThrow(/Trop grand/)
  })

  test.each(['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'])(
    'sign-in by OpenID without %s, by that name alone',
    name => {
      const read = () => readConfig({ ...openId, [name]: '', LANG: 'en' })
      expect(read).toThrow(new RegExp(`^ {2}${name}: Invalid input: expected string, received undefined$`))
    },
  )

  test.each(Object.keys(s3))('storage by S3 without %s, by that name alone', name => {
    const read = () => readConfig({ ...s3, [name]: '', LANG: 'en' })
    expect(read).toThrow(new RegExp(`^ {2}${name}: Invalid input: expected string, received undefined$`))
    expect(read).not.toThrow(/secret/)
  })

  test("the application's role without the owner's", () => {
    expect(() => readConfig({ DATABASE_APP_URL: 'postgres://app@db/cordee' })).toThrow(/DATABASE_URL/)
  })

  test('a mail server without an address to write from', () => {
    expect(() => readConfig({ SMTP_URL: 'smtp://mail.example' })).toThrow(/MAIL_FROM/)
    expect(readConfig({ MAIL_FROM: 'cordee@cordee.example' }).smtp).toBeNull()
  })
})
