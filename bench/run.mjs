#!/usr/bin/env node
// Measures the program on any Node from 18 on: what is missing is installed and built first, as for `npm start`.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ensureBuilt } from '../bin/launcher/build.mjs'
import { ensureChromium } from '../bin/launcher/chromium.mjs'
import { ensureInstalled } from '../bin/launcher/install.mjs'
import { findNode } from '../bin/launcher/node24.mjs'
import { reportFailure, root } from '../bin/launcher/steps.mjs'

try {
  await ensureInstalled({ withTools: true })
  const node = findNode()
  await ensureBuilt(node)
  const chromium = await ensureChromium()
  const env = { ...process.env, ...(chromium ? { CHROMIUM: chromium } : {}) }
  const child = spawn(node, [join(root, 'bench/main.ts'), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env,
  })
  // Told to end, the bench stops its servers first: wait for it.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  child.once('exit', code => {
    process.exitCode = code ?? 1
  })
} catch (error) {
  reportFailure(error)
}
