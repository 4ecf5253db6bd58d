import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { BackupProblem } from '#/backup/problem.ts'
import { modules } from '#/modules.ts'
import type { EmbeddedErrorCode } from '#db/embedded/errors.ts'
import type { DatabaseRoleError } from '#db/installation.ts'
import type { MigrationError } from '#db/migrate.ts'
import { statusOf } from '#kernel/errors.ts'
import { type Locale, locales } from '#kernel/locale.ts'
import { projectFolder } from '#kernel/project.ts'
import type { ArchiveErrorCode, Refusal } from '#modules/commons/archive/entry.ts'
import type { Format } from '#modules/commons/exports/formats.ts'
import { facetKinds } from '#modules/commons/facets.ts'
import { PAGE_TYPES, PROBLEM_SEVERITY } from '#modules/commons/format/page.ts'
import { STAGES } from '#modules/commons/format/stages.ts'
import type { ImportCounts, ImportPhase } from '#modules/commons/importing/importing.ts'
import type { LeftAloneCode } from '#modules/commons/importing/written-here.ts'
import type { Nearness } from '#modules/commons/search/neighbours.ts'
import { sorts } from '#modules/commons/search/query.ts'
import { horizons } from '#modules/commons/sensemaking/horizon.ts'
import { definitionProblemCodes } from '#modules/commons/templates/definition-problem.ts'
import { tagKeys } from '#modules/commons/templates/editing/part-form.ts'
import { i18nFor, type MessageKey, messages } from './i18n.ts'
import { argumentsOf, pluralsOf } from './message-parts.fixture.ts'

const keys = Object.keys(messages.fr) as MessageKey[]
const others = locales.filter(locale => locale !== 'fr')
const source = readSource('')
const written = new Set([...source.matchAll(/'([\w.:-]+)(?=')/g)].map(([, name]) => name))

describe('the four languages', () => {
  it.each(others)('%s has the keys of French, in their order', locale => {
    expect(Object.keys(messages[locale])).toEqual(keys)
  })

  it.each(others)('%s asks for what French asks for', locale => {
    for (const key of keys) {
      expect(argumentsOf(messages[locale][key]), key).toEqual(argumentsOf(messages.fr[key]))
    }
  })

  it.each(locales)('%s has the plural forms of its language', locale => {
    const categories = new Intl.PluralRules(locale).resolvedOptions().pluralCategories
    for (const key of keys) {
      const french = pluralsOf(messages.fr[key])
      pluralsOf(messages[locale][key]).forEach((forms, index) => {
        expect(forms, key).toEqual(expect.arrayContaining(['one', 'other']))
        expect([...categories, '=0'], key).toEqual(expect.arrayContaining(forms))
        if (french[index]?.includes('=0')) expect(forms, key).toContain('=0')
      })
    }
  })

  it.each(locales)('%s can say every message', locale => {
    const { t } = i18nFor(locale)
    for (const key of keys) {
      const names = argumentsOf(messages[locale][key]).map(argument => argument.split(' ')[0] ?? '')
      for (const number of [0, 1, 2, 1_000_000]) {
        const said = t(key, Object.fromEntries(names.map(name => [name, number])))
        expect(said, key).not.toBe('')
        expect(said, key).not.toMatch(/[{}]/)
      }
    }
  })

  it('counts as each language counts', () => {
    const said = (count: number) => locales.map(locale => i18nFor(locale).t('commons.map.count', { count }))
    expect(said(0)).toEqual([
      '0 page trouvée',
      '0 pages found',
      '0 páginas encontradas',
      'Nenhuma página encontrada',
    ])
    expect(said(1)).toEqual(['1 page trouvée', '1 page found', '1 página encontrada', '1 página encontrada'])
    expect(said(3)).toEqual([
      '3 pages trouvées',
      '3 pages found',
      '3 páginas encontradas',
      '3 páginas encontradas',
    ])
  })
})

it('says a message of a code that comes from data, or what it is told to say instead', () => {
  const { maybe } = i18nFor('fr')
  expect(maybe('commons.problem.symlink', 'symlink')).toBe('Laissé de côté\u00a0: lien symbolique.')
  expect(maybe('error.taken.text', 'taken', { name: 'Fil' })).toBe('«\u00a0Fil\u00a0» existe déjà.')
  expect(maybe('commons.problem.unheard-of', 'unheard-of')).toBe('unheard-of')
})

it('writes the first of a month as each language does', () => {
  const said = (day: string) => locales.map(locale => i18nFor(locale).day(day))
  expect(said('2026-11-01')).toEqual([
    '1er novembre 2026',
    '1 November 2026',
    '1 de noviembre de 2026',
    '1 de novembro de 2026',
  ])
  expect(said('2026-11-11')[0]).toBe('11 novembre 2026')
  expect(i18nFor('fr').moment('2026-11-01T09:00:00Z', 'Europe/Paris')).toBe('1er novembre 2026 à 10:00')
})

describe('the keys', () => {
  it('are all used in the source, by their name or as one of a family', () => {
    const members = new Set(families().flatMap(([prefix, names]) => names.map(name => prefix + name)))
    expect(keys.filter(key => !members.has(key) && !written.has(key))).toEqual([])
  })

  it.each(families())('%s has a message for each of its members, and no other', (prefix, names) => {
    expect(names.length).toBeGreaterThan(0)
    const present = keys.filter(
      key => key.startsWith(prefix) && (names.includes(key.slice(prefix.length)) || !written.has(key)),
    )
    expect(present.map(key => key.slice(prefix.length)).sort()).toEqual([...names].sort())
  })

  it('are French keys wherever a message is asked for', () => {
    const asked = [...source.matchAll(/\bt\(\s*'([^']+)'/g)].map(match => match[1])
    expect(asked.length).toBeGreaterThan(150)
    expect(asked.filter(key => !keys.includes(key as MessageKey))).toEqual([])
  })

  it('are asked for with values when their message needs some: without them it would throw', () => {
    const bare = [...source.matchAll(/\bt\(\s*'([^']+)'\s*\)/g)].map(match => match[1] as MessageKey)
    expect([...new Set(bare)].filter(key => messages.fr[key]?.includes('{'))).toEqual([])
  })
})

describe('the typography', () => {
  it.each(locales)('%s has no straight apostrophe, which ICU would take for a quote', locale => {
    expect(keysWhere(locale, text => text.includes("'"))).toEqual([])
  })

  it.each(locales)('%s has no stray or double space', locale => {
    expect(keysWhere(locale, text => text !== text.trim())).toEqual([])
    const stray = / {2}| [,)]| \.(?!md|zip)/
    expect(keysWhere(locale, text => stray.test(withoutCommands(text)))).toEqual([])
  })

  it('French keeps its punctuation on the line: U+00A0 before : and in « », U+202F before ; ! ?', () => {
    const loose = /(?<!\u00a0):(?=\s|$)|(?<!\u202f)[;!?]|«(?!\u00a0)|(?<!\u00a0)»/
    const code = /Authorization: Bearer/g
    expect(keysWhere('fr', text => loose.test(withoutCommands(text).replace(code, '')))).toEqual([])
  })

  it.each(others)('%s has no space before its punctuation', locale => {
    expect(keysWhere(locale, text => /\s[;:!?»”]|[«“¿¡]\s/.test(text))).toEqual([])
  })

  it('quotes are those of the language', () => {
    expect(keysWhere('en', text => /[«»]/.test(text))).toEqual([])
    for (const locale of ['fr', 'es', 'pt'] as const)
      expect(keysWhere(locale, text => /[“”]/.test(text))).toEqual([])
    expect(keysWhere('es', text => text.includes('?') !== text.includes('¿'))).toEqual([])
  })
})

describe('no French is left over', () => {
  // Words that the languages share, and names that are not translated.
  const names = [
    'afterworks.name',
    'catch-up.hours',
    'commons.format.geojson',
    'commons.format.json',
    'commons.format.xlsx',
    'layout.api',
    'mail.thread-message.subject',
    'organisation.scheme.lei',
    'organisation.scheme.rccm',
  ]
  const shared: Record<Exclude<Locale, 'fr'>, string[]> = {
    en: [
      ...['organisation.engagement', 'organisation.kind.association', 'showcase.contact'],
      ...['organisation.latitude', 'organisation.longitude'],
      'threads.name',
      'collections.name',
      'administration.webhooks',
      'invitations.name',
      'organisations.name',
      'settings.logo',
      'commons.facet.horizon',
      'commons.facet.type',
      'following.kind.item',
      'following.news.version',
      'group.count.organisations',
      'group.kind.club',
      'insights.questions',
      'commons.item.source',
      'commons.item.versions',
      'commons.map.items',
      'commons.type.blog',
      'commons.type.none',
      'commons.type.publication',
      'commons.type.solution',
      'commons.versions.number',
      'commons.versions.one',
      ...['templates.field.when.one', 'templates.kind.date', 'templates.kind.organisations'],
      ...['licence.name', 'templates.questions', 'templates.version', 'templates.versions'],
      ...['programme-report.capsule', 'programme-report.document', 'programme-report.ran.coordinator'],
      ...['programme-report.organisation', 'programme-report.organisations', 'programme-report.signed'],
      'progress.organisation',
      ...[
        'programme-sheet.minutes',
        'programme-sheet.note',
        'programme-sheet.notes',
        'programme-sheet.organisation',
      ],
    ],
    es: [
      'administration.webhooks',
      'group.kind.club',
      'group.kind.committee',
      'api.title',
      'commons.item.language',
      'templates.field.from',
    ],
    pt: [
      ...['organisation.latitude', 'organisation.longitude'],
      'administration.webhooks',
      'group.kind.committee',
      'cli.network.create.visibility',
      'templates.condition.or',
      'templates.field.from',
    ],
  }

  it.each(others)('%s says the same as French only where it should', locale => {
    const same = keys.filter(key => messages[locale][key] === messages.fr[key])
    expect(same.sort()).toEqual([...names, ...shared[locale]].sort())
  })

  it.each(others)('%s has none of the little words of French', locale => {
    const french =
      /(?<!\p{L})(?:(?:des|est|une|dans|avec|pour|vous|cette|sur|aux|qui)(?!\p{L})|[cdjlmnst]’|qu’)/iu
    expect(keysWhere(locale, text => french.test(withoutCommands(text)))).toEqual([])
  })

  it.each(others)('%s gives the commands as they are typed', locale => {
    for (const key of keys)
      expect(commandsOf(messages[locale][key]), key).toEqual(commandsOf(messages.fr[key]))
  })

  it.each(others)('%s explains the examples in one column', locale => {
    const columns = (text: string) =>
      [...text.matchAll(/^( {2}cordee .*? {2,})\S/gm)].map(match => match[1]?.length)
    expect(columns(messages.fr['cli.examples'])).toHaveLength(3)
    expect(columns(messages[locale]['cli.examples'])).toEqual(columns(messages.fr['cli.examples']))
  })
})

/** Messages asked for by a code. Written as records, so that the compiler tells when a code is missing here. */
function families(): [prefix: string, names: string[]][] {
  const refusals: Record<Refusal['code'] | ArchiveErrorCode | LeftAloneCode, true> = {
    'page-too-large': true,
    'not-utf8': true,
    encrypted: true,
    symlink: true,
    'nested-archive': true,
    'not-a-page': true,
    'duplicate-name': true,
    'written-here': true,
    'consent-withdrawn': true,
    'unsupported-compression': true,
    damaged: true,
    unreadable: true,
    'archive-truncated': true,
    'archive-damaged': true,
    'archive-bomb': true,
    'not-an-archive': true,
    'path-traversal': true,
  }
  const embedded: Record<EmbeddedErrorCode, true> = {
    'data-folder-in-use': true,
    'data-folder-foreign': true,
    'data-folder-unwritable': true,
    'data-folder-closed': true,
    'no-unprivileged-user': true,
    'binaries-missing': true,
    'binaries-unusable': true,
    'glibc-missing': true,
    'wrong-major': true,
    'disk-full': true,
    'socket-refused': true,
    'init-failed': true,
    'start-failed': true,
  }
  const backup: Record<BackupProblem, true> = {
    'nothing-to-back-up': true,
    'hidden-rows': true,
    'circular-tables': true,
    'target-exists': true,
    unwritable: true,
    'disk-full': true,
    unreadable: true,
    'not-a-backup': true,
    incomplete: true,
    damaged: true,
    'missing-entry': true,
    'newer-format': true,
    'newer-cordee': true,
    'other-history': true,
    occupied: true,
    running: true,
    'foreign-database': true,
    unloadable: true,
  }
  const migration: Record<MigrationError['code'], true> = { ahead: true, changed: true, failed: true }
  const roles: Record<DatabaseRoleError['code'], true> = { 'role-too-powerful': true, 'role-not-made': true }
  const formats: Record<Format, true> = {
    markdown: true,
    json: true,
    csv: true,
    xlsx: true,
    geojson: true,
    atom: true,
  }
  const nearness: Record<Nearness, true> = { content: true, theme: true, place: true, resemblance: true }
  const phases: Record<ImportPhase, true> = { pages: true, resemblances: true }
  const counts: Record<keyof ImportCounts, true> = {
    read: true,
    created: true,
    changed: true,
    unchanged: true,
    refused: true,
    problems: true,
  }
  const importing = found(readSource('modules/commons/importing/importing.ts'), /\bcode: '([^']+)'/g)
  const checks = found(source, /\bcheck: '([^']+)'/g)
  // The server reports more than it says aloud: here the events are those that have a message.
  // The compiler knows that each has its message; here, that each message is asked for.
  const done = keys
    .filter(key => key.startsWith('done.'))
    .map(key => key.slice('done.'.length))
    .filter(name => source.includes(`'${name}'`) || source.includes(`done=${name}`))
  const waiting = modules.flatMap(module => Object.keys(module.waiting?.kinds ?? {}))
  const events = found(readSource('db/embedded'), /\breport\(\s*'([^']+)'/g)
  return [
    ['migration.', Object.keys(migration)],
    ['server.', Object.keys(roles)],
    ['error.', Object.keys(statusOf).flatMap(code => [`${code}.title`, `${code}.text`])],
    ['commons.facet.', [...facetKinds]],
    ['commons.type.', [...PAGE_TYPES]],
    ['commons.stage.', [...STAGES]],
    ['learning.about.', [...STAGES]],
    ['commons.horizon.', [...horizons]],
    ['commons.sort.', [...sorts]],
    ['commons.templateProblem.', [...definitionProblemCodes]],
    ['templates.meta.', [...tagKeys]],
    ['commons.format.', Object.keys(formats)],
    ['commons.neighbours.', Object.keys(nearness)],
    [
      'commons.problem.',
      [
        ...Object.keys(PROBLEM_SEVERITY),
        ...Object.keys(refusals),
        ...importing.filter(code => !(code in refusals)),
      ],
    ],
    ['doctor.', checks.flatMap(check => [check, `${check}.mend`])],
    ['embedded.', Object.keys(embedded)],
    ['backup.problem.', Object.keys(backup)],
    ['notice.', events.filter(event => `notice.${event}` in messages.fr)],
    ['done.', done],
    ['waiting.kind.', waiting],
    ['expectation.kind.', modules.flatMap(module => Object.keys(module.expectations ?? {}))],
    ['waiting.name.', waiting],
    ['cli.import.phase.', Object.keys(phases)],
    ['cli.import.count.', Object.keys(counts)],
  ]
}

/** The source below a folder of `src/`, or one of its files; tests excepted. */
function readSource(path: string): string {
  const from = join(projectFolder, 'src', path)
  if (path.endsWith('.ts')) return readFileSync(from, 'utf8')
  return readdirSync(from, { recursive: true, encoding: 'utf8' })
    .filter(name => /(?<!\.test)\.tsx?$/.test(name))
    .map(name => readFileSync(join(from, name), 'utf8'))
    .join('\n')
}

function found(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map(match => match[1] ?? ''))]
}

function keysWhere(locale: Locale, wrong: (text: string) => boolean): MessageKey[] {
  return keys.filter(key => wrong(messages[locale][key]))
}

const command = /(?<=^ {2}|: )(?:cordee|PORT=\d+|chmod) .*?(?= {2,}|$)/gm

function commandsOf(text: string): string[] {
  return text.match(command) ?? []
}

const withoutCommands = (text: string) => text.replace(command, '').replace(/^ +/gm, '')
