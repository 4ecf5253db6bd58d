#!/usr/bin/env node
// Starts Cordée on any Node from 18 on: installs the libraries and builds the program when they are not current, then
// hands over to Node 24. When all is current this costs a few milliseconds before the program itself.
import { ensureBuilt } from './launcher/build.mjs'
import { ensureInstalled } from './launcher/install.mjs'
import { findNode } from './launcher/node24.mjs'
import { runProgram } from './launcher/program.mjs'
import { reportFailure } from './launcher/steps.mjs'

try {
  await ensureInstalled({ withTools: false })
  const node = findNode()
  await ensureBuilt(node)
  await runProgram(node, process.argv.slice(2))
} catch (error) {
  reportFailure(error)
}
