import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Assets } from '#http/assets.ts'
import type { Place } from '#http/context.ts'
import type { I18n } from '#platform/i18n/i18n.ts'

/** What every view may want to know of the page it is part of. */
export interface Frame {
  i18n: I18n
  assets: Assets
  origin: string
  /** Path and query of the page, with the language that comes first. */
  path: string
  /** Whether the address carries its language, so that the page can be had in the others. */
  localized: boolean
  viewer: { name: string; timeZone: string } | null
  /** The network the page belongs to, and what its reader is there. */
  place: Place | undefined
}

export const FrameContext = createContext<Frame | null>(null)

export function useFrame(): Frame {
  const frame = useContext(FrameContext)
  if (!frame) throw new Error('A view was rendered without its frame')
  return frame
}
