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
    [
      ['--help'],
      'fr_FR.UTF-8',
      [
        'serve',
        'token',
        'Exemples',
        'aide',
        'Utilisation\u00a0: cordee',
        'Options\u00a0:',
        'Commandes\u00a0:',
      ],
    ],
    [
      ['import', 'commons', '--help'],
      'fr',
      ['Options générales\u00a0:', /au choix\u00a0:\s+"public", "network"\)/],
    ],
    [['backup', '--help'], 'es', ['Argumentos:', 'Uso: cordee']],
    [['token', 'create', '--help'], 'pt', ['(por omissão: 90)']],
    [['-h'], 'pt', ['serve', 'token']],
    [['token', '--help'], 'en', ['create', 'list', 'revoke', 'API keys']],
    [['help', 'network'], 'es', ['create', 'list']],
    // What its line in the list says.
    [['network', 'list', '--help'], 'en', ['list the networks']],
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
    [['network', 'create', 'x1', '--name', 'x', '--time-zone', 'Mars/Olympus'], {}, /--time-zone.*Mars/],
    [['network', 'create', 'x1', '--name', ' '], {}, /--name/],
    [['network', 'create', 'x1', '--name', 'x', '--locale', 'de'], {}, /--locale.*de.*fr, en, es, pt/],
    [['network', 'create', 'x1', '--name', 'x', '--visibility', 'all'], {}, /--visibility.*all/],
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

  test.each([
    [['srve'], 'La commande «\u00a0srve\u00a0» n’existe pas. Peut-être\u00a0: serve.\n'],
    [['serve', '--loud'], 'L’option «\u00a0--loud\u00a0» n’existe pas ici.\n'],
    [['import', 'commons'], 'Il manque l’argument «\u00a0path\u00a0».\n'],
    [['network', 'create', 'x1'], 'Il manque l’option «\u00a0--name <name>\u00a0».\n'],
    [['network', 'create', 'x1', '--name'], 'Il manque une valeur à l’option «\u00a0--name <name>\u00a0».\n'],
    [['migrate', 'now'], 'Il y a trop d’arguments\u00a0: now.\n'],
    [
      ['import', 'commons', 'x', '--visibility', 'all'],
      '«\u00a0all\u00a0» ne convient pas pour «\u00a0--visibility <visibility>\u00a0». Choisissez parmi\u00a0: public, network.\n',
    ],
    [
      ['network', 'create', 'Un Réseau', '--name', 'x'],
      'slug\u00a0: «\u00a0Un Réseau\u00a0» ne convient pas.',
    ],
  ])('%j is refused in French', async (args, expected) => {
    expect(await run(args, { LANG: 'fr' })).toBe(2)
    expect(stderr).toContain(expected)
    expect(stderr).not.toMatch(/error|unknown|invalid|Usage/i)
  })

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
