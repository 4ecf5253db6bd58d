import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'

export interface Received {
  method: string | undefined
  path: string | undefined
  headers: http.IncomingHttpHeaders
  body: string
}

export interface Receiver {
  port: number
  url: string
  received: Received[]
  close(): Promise<void>
}

type Answer = (response: http.ServerResponse, count: number) => void

/** A site that takes messages, on this machine. Over TLS it is receiver.example, by a certificate of its own making. */
export async function aReceiver(
  answer: Answer = response => void response.writeHead(204).end(),
  tls = false,
): Promise<Receiver> {
  const received: Received[] = []
  const listener: http.RequestListener = async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    received.push({ method: request.method, path: request.url, headers: request.headers, body })
    answer(response, received.length)
  }
  const server = tls
    ? https.createServer({ key: receiverKey, cert: receiverCertificate }, listener)
    : http.createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: tls ? `https://receiver.example:${port}/hook` : `http://127.0.0.1:${port}/hook`,
    received,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Whether the message is signed as Standard Webhooks says, computed from its text and nothing of ours. */
export function isSigned({ headers, body }: Received, secret: string): boolean {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const text = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
  const expected = `v1,${createHmac('sha256', key).update(text).digest('base64')}`
  return headers['webhook-signature'] === expected
}

// Made for these tests with openssl, self-signed, for the name receiver.example, from 2020 to 2120.
const receiverKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgQWS3f2yLlYK74L+N
QDTa50vZcUBZOncqyYF+L3mnpqyhRANCAATENYukxWDo6b6xvnPZKRA9vXT9klEF
ESOkJTHSirg4ZEXlDKyGkbK25RKUv8fEossJScFsIEbRSNSQ/6ANtaas
-----END PRIVATE KEY-----`

export const receiverCertificate = `-----BEGIN CERTIFICATE-----
MIIBdjCCARygAwIBAgIBATAKBggqhkjOPQQDAjAbMRkwFwYDVQQDDBByZWNlaXZl
ci5leGFtcGxlMCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAbMRkw
FwYDVQQDDBByZWNlaXZlci5leGFtcGxlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcD
QgAExDWLpMVg6Om+sb5z2SkQPb10/ZJRBREjpCUx0oq4OGRF5QyshpGytuUSlL/H
xKLLCUnBbCBG0UjUkP+gDbWmrKNPME0wGwYDVR0RBBQwEoIQcmVjZWl2ZXIuZXhh
bXBsZTAPBgNVHRMBAf8EBTADAQH/MB0GA1UdDgQWBBQmzym5a77x9CUiek+FNdB0
4NwbKTAKBggqhkjOPQQDAgNIADBFAiBdQzpLNqZvS8edbc96iLWLTCW0KY/BJ/rP
EYeta8AZwgIhAOcNEP+XHjqPiKLSD63OWUn5J3hCBfCrRIGhYPGzYjHM
-----END CERTIFICATE-----`
