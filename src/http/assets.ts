import { readdirSync, readFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import type { MiddlewareHandler } from 'hono'
import type { AppEnv } from '#http/context.ts'
import { encodingFor } from '#http/page-cache.ts'
import { AppError } from '#kernel/errors.ts'
import { projectFolder } from '#kernel/project.ts'

/** Scripts, styles and pictures as built: their names carry a hash of their content, so they never change. */
export interface Assets {
  /** The address of an asset by its name in the source, such as 'main.css'. */
  url(name: string): string
  find(file: string): Map<string, Buffer> | undefined
}

const mediaTypes: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
}

/** Reads all of them into memory, compressed forms included: a few hundred kilobytes, and no path to guard. */
export function loadAssets(folder = join(projectFolder, 'dist/assets')): Assets {
  const names = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Record<string, string>
  const files = new Map<string, Map<string, Buffer>>()
  for (const name of readdirSync(folder)) {
    const encoding = name.endsWith('.br') ? 'br' : name.endsWith('.gz') ? 'gzip' : 'identity'
    const file = encoding === 'identity' ? name : name.slice(0, -3)
    const forms = files.get(file) ?? new Map<string, Buffer>()
    forms.set(encoding, readFileSync(join(folder, name)))
    files.set(file, forms)
  }
  return {
    url(name) {
      const file = names[name]
      if (!file) throw new Error(`No asset is built under the name ${name}`)
      return `/assets/${file}`
    },
    find: file => (mediaTypes[extname(file)] ? files.get(file) : undefined),
  }
}

export const serveAsset: MiddlewareHandler<AppEnv> = async c => {
  const file = c.req.param('file') ?? ''
  const forms = c.var.services.assets.find(file)
  if (!forms) throw new AppError('not-found')
  const wanted = encodingFor(c.req.header('accept-encoding') ?? '')
  const encoding = forms.has(wanted) ? wanted : 'identity'
  const body = forms.get(encoding) ?? Buffer.alloc(0)
  c.header('content-type', mediaTypes[extname(file)] ?? 'application/octet-stream')
  c.header('cache-control', 'public, max-age=31536000, immutable')
  if (forms.size > 1) c.header('vary', 'accept-encoding')
  if (encoding !== 'identity') c.header('content-encoding', encoding)
  return c.body(new Uint8Array(body))
}

/**
 * The worker of those who keep pages on their phone: at one address for all its versions, asked for anew each time, so
 * that a new one takes over at once. It goes no further than the pages of the network for which it was asked.
 */
export const serveWorker: MiddlewareHandler<AppEnv> = async c => {
  const { assets } = c.var.services
  const script = assets.find(basename(assets.url('worker.js')))?.get('identity') ?? Buffer.alloc(0)
  c.header('content-type', 'text/javascript; charset=utf-8')
  c.header('cache-control', 'no-cache')
  return c.body(new Uint8Array(script))
}
