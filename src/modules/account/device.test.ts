import { expect, test } from 'vitest'
import { firefox, safari } from './account.fixture.ts'
import { deviceKey, deviceOf } from './device.ts'

const chrome = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0'

test.each([
  [firefox, 'Firefox Linux'],
  [safari, 'Safari iPhone'],
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${chrome} Safari/537.36`, 'Chrome Windows'],
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${chrome} Safari/537.36 Edg/140.0.0.0`, 'Edge Windows'],
  [`Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${chrome} Safari/537.36 OPR/120.0`, 'Opera macOS'],
  [
    `Mozilla/5.0 (Linux; Android 15; SM-S921B) ${chrome.replace('Chrome', 'SamsungBrowser/28.0 Chrome')} Mobile Safari/537.36`,
    'Samsung Internet Android',
  ],
  [`Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${chrome} Safari/537.36`, 'Chrome ChromeOS'],
  ['Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605.1.15 FxiOS/140.0 Mobile', 'Firefox iPad'],
  ['curl/8.5.0', '? ?'],
  ['', '? ?'],
  [null, '? ?'],
])('%s', (userAgent, key) => {
  expect(deviceKey(deviceOf(userAgent))).toBe(key)
})
