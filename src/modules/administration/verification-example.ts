/** How a receiver knows a message for ours: shown with the secret, and the same in docs/api.md. */
export const verificationExample = `import { createHmac, timingSafeEqual } from 'node:crypto'

function isFromCordee(headers, body, secret) {
  const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': given } = headers
  if (Math.abs(Date.now() / 1000 - Number(time)) > 300) return false
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const own = createHmac('sha256', key).update(\`\${id}.\${time}.\${body}\`).digest()
  return given.split(' ').some(one => {
    const other = Buffer.from(one.replace(/^v1,/, ''), 'base64')
    return other.length === own.length && timingSafeEqual(own, other)
  })
}`
