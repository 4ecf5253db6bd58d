// Builds the program (dist/cordee.js) and what browsers get (dist/assets, with a hash of the content in each name).
import { createHash } from 'node:crypto'
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import * as esbuild from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const jsx = { jsx: 'automatic', jsxImportSource: 'preact' }

export async function build() {
  const out = join(root, 'dist')
  const fresh = join(root, `dist.${process.pid}.tmp`)
  await rm(fresh, { recursive: true, force: true })
  await mkdir(join(fresh, 'assets'), { recursive: true })
  try {
    await Promise.all([
      buildProgram(fresh),
      buildAssets(join(fresh, 'assets')),
      copyFile(join(root, 'src/platform/typesetting/manuscript.typ'), join(fresh, 'manuscript.typ')),
    ])
  } catch (error) {
    await rm(fresh, { recursive: true, force: true })
    throw error
  }
  await writeFile(join(fresh, '.stamp'), `${new Date().toISOString()}\n`)
  await rm(out, { recursive: true, force: true })
  await rename(fresh, out)
}

async function buildProgram(folder) {
  await esbuild.build({
    ...jsx,
    absWorkingDir: root,
    // Documents are typeset in a process of their own, which finds its template beside it.
    entryPoints: {
      cordee: 'bin/cordee.ts',
      press: 'src/platform/typesetting/press.ts',
      // Tables are read in a thread of its own.
      reader: 'src/platform/spreadsheets/reader.ts',
    },
    outdir: folder,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node24',
    sourcemap: true,
    // What only some commands need (language detection, spreadsheets) is loaded by those alone.
    splitting: true,
    logLevel: 'warning',
  })
}

async function buildAssets(folder) {
  // An island is a file of one word; what several share, or what one is made of, has a hyphen in its name.
  const islands = (await readdir(join(root, 'src/islands'))).filter(name => /^[a-z]+\.tsx?$/.test(name))
  const entry = islands.map(name => join('src/islands', name))
  const { outputFiles } = await esbuild.build({
    ...jsx,
    absWorkingDir: root,
    entryPoints: [...entry, 'src/ui/styles/main.css'],
    outdir: folder,
    entryNames: '[name]',
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['es2022', 'chrome111', 'firefox115', 'safari16.4'],
    write: false,
    logLevel: 'warning',
  })
  const files = outputFiles.map(file => ({ name: basename(file.path), content: Buffer.from(file.contents) }))
  files.push({ name: 'icon.svg', content: await readFile(join(root, 'src/ui/icon.svg')) })
  const { worldSprite } = await import('../src/ui/charts/world-sprite.ts')
  files.push({ name: 'world.svg', content: Buffer.from(worldSprite()) })

  const manifest = {}
  for (const { name, content } of files) {
    const hash = createHash('sha256').update(content).digest('base64url').replace(/[-_]/g, '').slice(0, 10)
    const file = `${basename(name, extname(name))}.${hash}${extname(name)}`
    manifest[name] = file
    await writeFile(join(folder, file), content)
    await writeFile(
      join(folder, `${file}.br`),
      brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
    )
    await writeFile(join(folder, `${file}.gz`), gzipSync(content, { level: 9 }))
  }
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest))
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await build()
