import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { runCommandLine } from '#/commands/command-line.ts'

let stdout = ''
let stderr = ''

beforeEach(() => {
  stdout = ''
  stderr = ''
  vi.spyOn(process.stdout, 'write').mockImplementation(text => {
    stdout += text
    return true
  })
  vi.spyOn(process.stderr, 'write').mockImplementation(text => {
    stderr += text
    return true
  })
  for (const name of [
    'LC_ALL',
    'LC_MESSAGES',
    'PORT',
    'LOG_LEVEL',
    'DATABASE_URL',
    'BASE_URL',
    'CORDEE_DATA',
  ])
    vi.stubEnv(name, '')
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

async function run(args: string[], env: Record<string, string> = {}): Promise<number> {
  for (const [name, value] of Object.entries({ LANG: 'en', ...env })) vi.stubEnv(name, value)
  return runCommandLine(args)
}

describe('asked for help', () => {
  test.each([
    [
      ['--help'],
      'en',
      [
        'serve',
        'worker',
        'migrate',
        'demo',
        'import',
        'export',
        'network',
        'token',
        'doctor',
        '--json',
        'Exit codes',
      ],
    ],
    [['--help'], 'fr_FR.UTF-8', ['serve', 'token', 'Exemples', 'aide']],
    [['-h'], 'pt', ['serve', 'token']],
    [['token', '--help'], 'en', ['create', 'list', 'revoke', 'API keys']],
    [['help', 'network'], 'es', ['create', 'list']],
    [['import', 'commons', '--help'], 'en', ['--visibility', '--network', '--quiet']],
    [['--version'], 'en', [/^\d+\.\d+\.\d+\n$/]],
  ] as [string[], string, (string | RegExp)[]][])('%j in %s', async (args, language, expected) => {
    expect(await run(args, { LANG: language })).toBe(0)
    for (const part of expected) expect(stdout).toMatch(part)
    expect(stderr).toBe('')
  })
})

describe('asked wrongly', () => {
  test.each([
    [['sing'], {}, /sing[\s\S]*--help/],
    [['serve', '--loud'], {}, /--loud[\s\S]*--help/],
    [['token', 'create'], {}, /name[\s\S]*--help/],
    [['token', 'create', 'x', '--days', '0'], {}, /3650/],
    [['token', 'create', 'x', '--scope', 'everything'], {}, /everything.*commons:read/],
    [['network', 'create', 'Not A Slug', '--name', 'x'], {}, /slug/],
    [['network', 'create', 'about', '--name', 'x'], {}, /slug/],
    [['network', 'create', 'x1', '--name', 'x', '--time-zone', 'Mars/Olympus'], {}, /timeZone/],
    [['import', 'commons', '/none/such'], {}, /\/none\/such/],
    [['serve'], { PORT: 'abc' }, /PORT/],
    [['doctor'], { PORT: 'abc', LOG_LEVEL: 'loud' }, /PORT[\s\S]*LOG_LEVEL/],
  ] as [string[], Record<string, string>, RegExp][])(
    '%j %j: says what, and ends with 2',
    async (args, env, expected) => {
      expect(await run(args, env)).toBe(2)
      expect(stderr).toMatch(expected)
      expect(stderr).not.toMatch(/^\s+at /m)
      expect(stdout).toBe('')
    },
  )

  test.each([
    [['sing', '--json'], {}, /sing/],
    [['--json', 'serve'], { PORT: 'abc' }, /PORT/],
    [['--json', 'token', 'create', 'x', '--scope', 'all'], {}, /all/],
  ] as [string[], Record<string, string>, RegExp][])(
    '%j: answers a program as a program',
    async (args, env, expected) => {
      expect(await run(args, env)).toBe(2)
      expect(JSON.parse(stdout)).toEqual({ error: expect.stringMatching(expected) })
    },
  )

  test('is told in the language of the terminal', async () => {
    await run(['serve'], { PORT: 'abc', LANG: 'fr_FR.UTF-8' })
    expect(stderr).toMatch(/^Les variables d’environnement sont à corriger\.\n {2}PORT: Entrée invalide/)
  })
})

test('a database that is away ends with 3, and a message', async () => {
  expect(await run(['migrate'], { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' })).toBe(3)
  expect(stderr).toMatch(/ECONNREFUSED/)
  expect(stderr).not.toMatch(/^\s+at /m)
})
