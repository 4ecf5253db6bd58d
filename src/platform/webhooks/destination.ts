import { promises as dns, type LookupAddress } from 'node:dns'
import ipaddr from 'ipaddr.js'

/** Finds the addresses of a host name. @throws as dns.lookup, when it has none */
export type Resolve = (hostname: string) => Promise<LookupAddress[]>

export interface DestinationOptions {
  /** Whether plain HTTP and addresses that are not public are allowed: for receivers on one's own network. */
  allowPrivate?: boolean | undefined
  resolve?: Resolve | undefined
}

/**
 * What is wrong with an address to send to. 'url': it is none, or not of the web; 'https': it is in clear;
 * 'credentials': it carries a name or password; 'port': a port where other services than the web's answer;
 * 'address': it leads to where the public cannot go.
 */
export type Refusal = 'url' | 'https' | 'credentials' | 'port' | 'address'

export interface Destination {
  url: URL
  /** All of them checked; to be connected to as they are here, and not looked up again. */
  addresses: LookupAddress[]
}

/**
 * What can be said of an address without asking who has that name. Every notation of an IP address (`127.1`, `0x7f.1`,
 * one number) is brought to one form by the URL parser first.
 */
export function readDestination(text: string, { allowPrivate }: DestinationOptions): URL | Refusal {
  const url = URL.parse(text)
  if (!url || !['http:', 'https:'].includes(url.protocol)) return 'url'
  if (url.protocol !== 'https:' && !allowPrivate) return 'https'
  if (url.username || url.password) return 'credentials'
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
  if (port < 1024 && port !== 80 && port !== 443) return 'port'
  if (!allowPrivate) {
    const host = hostOf(url)
    // A name without a dot is one of the network we stand in.
    if (ipaddr.isValid(host) ? !isPublic(host) : !/[^.]\.[^.]/.test(host) || /\.localhost\.?$/.test(host))
      return 'address'
  }
  url.hash = ''
  return url
}

/**
 * Where to connect to. One address among several that is not public is enough for a refusal: whoever answers so means
 * no good.
 * @throws as `resolve`, when the name has no address
 */
export async function findDestination(
  text: string,
  options: DestinationOptions,
): Promise<Destination | Refusal> {
  const url = readDestination(text, options)
  if (typeof url === 'string') return url
  const host = hostOf(url)
  const addresses = ipaddr.isValid(host)
    ? [{ address: host, family: ipaddr.parse(host).kind() === 'ipv6' ? 6 : 4 }]
    : await (options.resolve ?? resolveByDns)(host)
  if (!options.allowPrivate && !addresses.every(({ address }) => isPublic(address))) return 'address'
  return { url, addresses }
}

/** Whether an IP address is one of the public internet, also when it is wrapped in another. */
export function isPublic(text: string): boolean {
  // The library takes `::1.2.3.4` for the address it is not, ::ffff:1.2.3.4; in the URL parser's form it is clear.
  const form = text.includes(':') ? URL.parse(`http://[${text}]`)?.hostname.slice(1, -1) : text
  if (!form || !ipaddr.isValid(form)) return false
  const address = ipaddr.parse(form)
  if (address instanceof ipaddr.IPv4) return isPublicIPv4(address)
  const bytes = address.toByteArray()
  if (address.isIPv4MappedAddress()) return isPublicIPv4(address.toIPv4Address())
  // NAT64 (RFC 6052) and 6to4 (RFC 3056) carry the address that is meant.
  if (address.match(nat64)) return isPublicIPv4(new ipaddr.IPv4(bytes.slice(12)))
  if (address.range() === '6to4') return isPublicIPv4(new ipaddr.IPv4(bytes.slice(2, 6)))
  // All that was ever given out lies in 2000::/3 (RFC 4291); the library calls the rest unicast, too.
  return address.range() === 'unicast' && address.match(globalUnicast)
}

const nat64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96')
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3')
/** Public by its number, but answered within Azure by the machine's host. */
const azureHost = '168.63.129.16'

function isPublicIPv4(address: ipaddr.IPv4): boolean {
  return address.range() === 'unicast' && address.toString() !== azureHost
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '')
}

async function resolveByDns(hostname: string): Promise<LookupAddress[]> {
  return dns.lookup(hostname, { all: true })
}
