import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findDestination, isPublic, type Refusal, readDestination } from '#platform/webhooks/destination.ts'

const resolving = (...addresses: string[]) => ({
  resolve: async () => addresses.map(address => ({ address, family: address.includes(':') ? 6 : 4 })),
})

test.each([
  'https://127.0.0.1/',
  'https://127.1/',
  'https://0x7f.1/',
  'https://0x7f000001/',
  'https://2130706433/',
  'https://017700000001/',
  'https://127.0.0.1./',
  'https://127。0。0。1/',
  'https://%31%32%37.0.0.1/',
  'https://0/',
  'https://0.0.0.0/',
  'https://10.0.0.1/',
  'https://172.16.0.1/',
  'https://192.168.1.1/',
  'https://100.64.0.1/',
  'https://169.254.169.254/latest/meta-data/',
  'https://168.63.129.16/',
  'https://192.0.0.8/',
  'https://198.18.0.1/',
  'https://224.0.0.1/',
  'https://255.255.255.255/',
  'https://[::1]/',
  'https://[::]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:7f00:1]/',
  'https://[::127.0.0.1]/',
  'https://[64:ff9b::127.0.0.1]/',
  'https://[64:ff9b::a9fe:a9fe]/',
  'https://[64:ff9b:1::8.8.8.8]/',
  'https://[2002:7f00:1::]/',
  'https://[2002:c0a8:101::1]/',
  'https://[2001::1]/',
  'https://[fe80::1]/',
  'https://[fc00::1]/',
  'https://[fd00:ec2::254]/',
  'https://[fec0::1]/',
  'https://[4000::1]/',
  'https://[2001:db8::1]/',
  'https://[ff02::1]/',
  'https://localhost/',
  'https://LOCALHOST/',
  'https://ⓛocalhost/',
  'https://localhost./',
  'https://app.localhost/',
  'https://metadata/',
  'https://intranet:8443/',
])('%s leads where the public cannot go', async url => {
  expect(readDestination(url, {})).toBe('address')
  expect(await findDestination(url, resolving('93.184.215.14'))).toBe('address')
})

test.each<[string, Refusal]>([
  ['', 'url'],
  ['example.org', 'url'],
  ['file:///etc/passwd', 'url'],
  ['gopher://example.org/', 'url'],
  ['javascript:alert(1)', 'url'],
  ['https://[fe80::1%25eth0]/', 'url'],
  ['http://example.org/', 'https'],
  ['https://user@example.org/', 'credentials'],
  ['https://:word@example.org/', 'credentials'],
  ['https://example.org:22/', 'port'],
  ['https://example.org:25/', 'port'],
  ['https://example.org:1023/', 'port'],
  ['https://example.org:0/', 'port'],
])('%s is refused: %s', (url, refusal) => {
  expect(readDestination(url, {})).toBe(refusal)
})

test.each([
  'https://example.org/a?b=c',
  'https://example.org:80/',
  'https://example.org:8443/',
  'https://1.1.1.1/',
  'https://[2606:4700:4700::1111]/',
  'https://[64:ff9b::8.8.8.8]/',
  'https://[2002:808:808::1]/',
])('%s is taken', async url => {
  expect(readDestination(url, {})).toBeInstanceOf(URL)
  expect(await findDestination(url, resolving('93.184.215.14'))).toMatchObject({ url: new URL(url) })
})

test.each([
  ['metadata.google.internal', ['169.254.169.254']],
  ['127.0.0.1.nip.example', ['127.0.0.1']],
  ['two-faced.example', ['93.184.215.14', '10.0.0.1']],
  ['six.example', ['2606:4700::1', '::1']],
  ['mapped.example', ['::ffff:10.0.0.1']],
  ['no-address.example', ['not an address']],
])('a name that leads to a private address is refused: %s', async (name, addresses) => {
  expect(readDestination(`https://${name}/`, {})).toBeInstanceOf(URL)
  expect(await findDestination(`https://${name}/`, resolving(...addresses))).toBe('address')
})

test('what was checked is what is connected to', async () => {
  const found = await findDestination('https://example.org/#part', resolving('93.184.215.14', '2606:4700::1'))
  expect(found).toEqual({
    url: new URL('https://example.org/'),
    addresses: [
      { address: '93.184.215.14', family: 4 },
      { address: '2606:4700::1', family: 6 },
    ],
  })
})

test('private and in clear, where that is allowed; nothing else', async () => {
  const options = { allowPrivate: true }
  expect(await findDestination('http://127.0.0.1:8080/', options)).toMatchObject({
    addresses: [{ address: '127.0.0.1', family: 4 }],
  })
  expect(readDestination('http://receiver:8080/', options)).toBeInstanceOf(URL)
  expect(readDestination('http://user@receiver:8080/', options)).toBe('credentials')
  expect(readDestination('http://receiver:22/', options)).toBe('port')
  expect(readDestination('file:///etc/passwd', options)).toBe('url')
})

test('an IPv4 address is as public wrapped as it is bare', () => {
  fc.assert(
    fc.property(fc.ipV4(), address => {
      const hexadecimal = address
        .split('.')
        .map(part => Number(part).toString(16).padStart(2, '0'))
        .join('')
        .replace(/^(.{4})/, '$1:')
      for (const wrapped of [`::ffff:${address}`, `64:ff9b::${address}`, `2002:${hexadecimal}::1`])
        expect(isPublic(wrapped)).toBe(isPublic(address))
      expect(isPublic(`::${address}`)).toBe(false)
    }),
  )
})
