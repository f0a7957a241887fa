import { expect, test } from 'vitest'
import { readPairingLink } from './pairing-link.ts'

const key = 'ab'.repeat(32)
const secret = '01'.repeat(16)
const link = (address: string) => `tandem:pair?a=${address}&k=${key}&s=${secret}`

test('a link says where the co-signer is, who it is, and the secret of the invitation', () => {
  const read = readPairingLink(`  ${link('127.0.0.1:8765')}\n`)
  expect(read).toEqual({
    address: '127.0.0.1:8765',
    identityPk: new Uint8Array(32).fill(0xab),
    secret: new Uint8Array(16).fill(1),
  })
  expect(readPairingLink(link('[::1]:8765'))?.address).toBe('[::1]:8765')
  expect(readPairingLink(link('studio.local:8765'))?.address).toBe('studio.local:8765')
})

test('a link whose address is more than a host and a port is none', () => {
  for (const address of [
    'evil.test:1/x',
    'user@evil.test:1',
    'studio.local',
    'evil.test:1?x',
    'evil.test:1%23',
    '127.0.0.1:99999',
    '127.1:80',
  ])
    expect([address, readPairingLink(link(address))]).toEqual([address, undefined])
})

test('another text is no link', () => {
  for (const text of [
    '',
    'tandem:pair',
    link('a:1').slice(0, -1),
    `${link('a:1')}0`,
    `x${link('a:1')}`,
  ])
    expect(readPairingLink(text)).toBeUndefined()
})
