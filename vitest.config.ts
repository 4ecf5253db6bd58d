import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { LongFirst } from './test/sequencer.ts'

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  resolve: {
    alias: [{ find: /^#(.*)$/, replacement: `${fileURLToPath(new URL('./src/', import.meta.url))}$1` }],
  },
  test: {
    include: ['{src,test,bin,scripts}/**/*.test.{ts,tsx}'],
    globalSetup: ['test/setup.ts'],
    setupFiles: ['test/fast-check.ts'],
    pool: 'threads',
    maxWorkers: 3,
    // Files that one thread runs share its modules: to load the whole program for each took a third of the time. What a
    // module keeps must therefore hold whoever asks, as it must in a server.
    isolate: false,
    sequence: { sequencer: LongFirst },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Generous: a busy machine is slow, and no test is about how long.
    expect: { poll: { timeout: 15_000 } },
    env: { TZ: 'UTC', LANG: 'fr_FR.UTF-8' },
  },
})
