import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { locales } from '#kernel/locale.ts'
import { projectFolder } from '#kernel/project.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'
import { actionGroups, actionName, actionNames } from './actions.ts'

const folder = join(projectFolder, 'src')
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter(name => /(?<!\.(?:test|fixture))\.ts$/.test(name))
  .map(name => ({ name: name.replaceAll('\\', '/'), text: readFileSync(join(folder, name), 'utf8') }))
/** Where something is written into the log, or handed to what does. */
const recording = files.filter(({ text }) =>
  /\brecordChange\(|\brecordAccount\(|\brecordWaysIn\(|\btell\(c, |\bqueueDelivery\(|\btellBoth\(/.test(text),
)

test('every action that is recorded has a name', () => {
  const recorded = recording.flatMap(({ name, text }) => [
    ...found(name, text, /\baction: '([^']+)'/g),
    ...found(name, text, /\brecordAccount\([^)']*'([^']+)'/g),
    ...found(name, text, /\brecord\(c, '([^']+)'/g),
    ...found(name, text, /\brecordWaysIn\([^;'{})]*'([^']+)'/g),
    ...found(name, text, /\btell\(c, '([^']+)'/g),
    // By a function of the file that is told which, and by one of several.
    ...found(name, text, /\brecord\w*\(trx, entry, (?:\w+, )?'([^']+)'/g),
    ...found(name, text, /\baction: [^'\n]*\? '([^']+)'/g),
    ...found(name, text, /\baction: [^\n]* : '([^']+)'/g),
    // A table from one thing to the action that says so.
    ...found(name, text.match(/\brecorded[^=]*= \{[^}]*\}/)?.[0] ?? '', /: '([^']+)'/g),
    ...found(name, text, /\baction: `(webhook\.)\$\{what\}`/g).flatMap(() =>
      ['created', 'changed', 'removed'].map(what => `${name}: webhook.${what}`),
    ),
  ])
  expect(recorded.length).toBeGreaterThan(30)
  const actions = new Set(recorded.map(one => one.split(': ')[1] ?? ''))
  expect([...actions].filter(action => !(action in actionNames))).toEqual([])
  // And no name is left over from what is no longer done.
  expect(Object.keys(actionNames).filter(action => !actions.has(action))).toEqual([])
})

test('none is recorded in a way that the test above does not see', () => {
  const unseen = recording.flatMap(({ name, text }) => [
    ...found(name, text, /\baction: (`(?!webhook\.\$\{what\})[^`]*`)/g),
    ...found(name, text, /\brecordAccount\(((?:[^,()]+|\([^)]*\))*, (?:[^,()]+), `[^`]*`)\)/g),
  ])
  expect(unseen).toEqual([])
})

test('names are said in every language, and an unknown action as it is', () => {
  for (const locale of locales) {
    const i18n = i18nFor(locale)
    const names = Object.keys(actionNames).map(action => actionName(action, i18n))
    expect(names.filter(name => name === '')).toEqual([])
    expect(actionName('some.other', i18n)).toBe('some.other')
    expect(actionName('constructor', i18n)).toBe('constructor')
  }
})

test('every group that a webhook can wait for has actions', () => {
  for (const group of Object.keys(actionGroups)) {
    expect(
      Object.keys(actionNames).filter(action => action.startsWith(group)),
      group,
    ).not.toEqual([])
  }
})

function found(name: string, text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(match => `${name}: ${match[1]}`)
}
