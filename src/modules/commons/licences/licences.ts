/** Licences that are commonly chosen for what is shared, by their SPDX names, from the most open. */
export const licences = [
  { key: 'CC0-1.0', address: 'https://creativecommons.org/publicdomain/zero/1.0/' },
  { key: 'CC-BY-4.0', address: 'https://creativecommons.org/licenses/by/4.0/' },
  { key: 'CC-BY-SA-4.0', address: 'https://creativecommons.org/licenses/by-sa/4.0/' },
  { key: 'CC-BY-NC-4.0', address: 'https://creativecommons.org/licenses/by-nc/4.0/' },
  { key: 'CC-BY-NC-SA-4.0', address: 'https://creativecommons.org/licenses/by-nc-sa/4.0/' },
  { key: 'CC-BY-ND-4.0', address: 'https://creativecommons.org/licenses/by-nd/4.0/' },
] as const

export type LicenceKey = (typeof licences)[number]['key']

/** Where a licence can be read, whichever way a page writes its name ('CC BY 4.0'); null for one that is not known. */
export function licenceAddress(written: string): string | null {
  return licences.find(({ key }) => folded(key) === folded(written))?.address ?? null
}

function folded(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, '')
}
