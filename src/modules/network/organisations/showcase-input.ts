import { z } from 'zod'
import { optionalEmail, optionalId, optionalWebsite } from '#modules/network/fields.ts'

/** Who sees it: its own people and administrators; the network; everyone, where the network is public. */
export const showcaseStates = ['none', 'members', 'public'] as const
export type ShowcaseState = (typeof showcaseStates)[number]

/** What of the organisation itself it can show. */
export const showcaseFields = ['kind', 'size', 'sector', 'place', 'address', 'website'] as const
export type ShowcaseField = (typeof showcaseFields)[number]

export interface ShowcaseLink {
  url: string
  label: string
}

const mostLinks = 10

const linksField = z
  .string()
  .max(5_000)
  .default('')
  .transform((text, context): ShowcaseLink[] => {
    const lines = text
      .split('\n')
      .map(line => line.trim())
      .filter(Boolean)
    const links = lines.map(line => {
      const [, address = '', label = ''] = /^(\S+)\s*(.*)$/.exec(line) ?? []
      const { data: url } = optionalWebsite.safeParse(address)
      return url ? { url, label: label.slice(0, 120) } : null
    })
    if (links.length > mostLinks || links.includes(null))
      context.addIssue({ code: 'custom', message: 'showcase.error.links', input: text })
    return links.filter(link => link !== null)
  })

export const showcaseForm = z.object({
  state: z.enum(showcaseStates),
  about: z.string().trim().max(20_000).default(''),
  offers: lines(),
  seeks: lines(),
  links: linksField,
  shown: z.array(z.enum(showcaseFields)).default([]),
  'contact-person': optionalId,
  'contact-email': optionalEmail,
  'contact-phone': z
    .string()
    .trim()
    .max(40)
    .regex(/^[-+()./ \d]*$/, { error: 'showcase.error.phone' })
    .default('')
    .transform(text => text || null),
  'picture-text': z.string().trim().max(300).default(''),
})

export type ShowcaseInput = z.infer<typeof showcaseForm>

function lines() {
  return z
    .string()
    .trim()
    .max(4_000)
    .default('')
    .transform(text => asLines(text).join('\n'))
}

/** One to a line, without the dashes that people put before them. */
export function asLines(text: string | null): string[] {
  return (text ?? '')
    .split('\n')
    .map(line => line.trim().replace(/^[-*•]\s+/, ''))
    .filter(Boolean)
}
