import type { Locale } from '#kernel/locale.ts'

/**
 * Every address of the site, in one table: the router is built from it and so is every link. A test walks the one
 * against the other. The language comes first and stays; the network follows.
 */
export const routes = {
  home: '/:locale',
  network: '/:locale/:network',
  commons: '/:locale/:network/commons',
  commonsMap: '/:locale/:network/commons/map',
  commonsExport: '/:locale/:network/commons/export/:file',
  commonsPlaces: '/:locale/:network/commons/places.geojson',
  item: '/:locale/:network/commons/:slug',
  itemSource: '/:locale/:network/commons/:slug/source.md',
  itemVersions: '/:locale/:network/commons/:slug/versions',
  itemVersion: '/:locale/:network/commons/:slug/versions/:number',
  demonstration: '/:locale/demonstration',
  start: '/:locale/start',
  platform: '/:locale/platform',
  platformNetworks: '/:locale/platform/networks',
  accessibility: '/:locale/about/accessibility',
  account: '/:locale/account',
  signIn: '/:locale/account/sign-in',
  signOut: '/:locale/account/sign-out',
} as const

export type RouteName = keyof typeof routes

type Parameter<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | Parameter<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never

export type RouteParams<Name extends RouteName> = {
  [Key in Parameter<(typeof routes)[Name]>]: Key extends 'locale' ? Locale : string | number
}

/** The address of a route, with its parameters encoded. */
export function href<Name extends RouteName>(
  name: Name,
  params: RouteParams<Name>,
  query?: URLSearchParams,
): string {
  const values = params as Record<string, string | number>
  const path = routes[name].replace(/:([a-z]+)/gi, (_, key: string) =>
    encodeURIComponent(String(values[key])),
  )
  const search = query?.toString()
  return search ? `${path}?${search}` : path
}
