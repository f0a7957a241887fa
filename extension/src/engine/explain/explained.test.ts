import { type Account, type Explanation, type Intent, network } from '@tandem/chains'
import { expect, test } from 'vitest'
import type { Known } from '../../messages/engine.ts'
import { explained, requireSignable } from './explained.ts'

const chain = 'eip155:1'
const eth = 'eip155:1/slip44:60'
const me = '0x90F79bf6EB2c4f870365E785982E1f101E93b906'
const ana = '0x71C7656EC7ab88b098defB751B7401B5f6d8976F'
const twin = '0x71C7aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa976F'

const account: Account = {
  id: `${chain}:${me}`,
  number: 0,
  addresses: [
    {
      type: 'evm',
      address: me,
      key: me.toLowerCase(),
      suite: 1,
      path: [],
      publicKey: new Uint8Array(33),
      change: false,
    },
  ],
  own: new Map(),
}

const send = (to: string): Intent => ({
  kind: 'transfer',
  asset: eth,
  amount: 5n,
  from: me,
  to,
  fromOwn: true,
  toOwn: false,
})

function read(intent: Intent, more: { known?: Known; origin?: string } = {}) {
  const explanation: Explanation = {
    chain,
    account: account.id,
    intents: [intent],
    claims: [],
    uses: [],
  }
  return explained({
    explanation,
    hash: 'aa',
    intended: { requestId: '00', chain, account: 0, payload: Uint8Array.of(), ...more },
    account,
    network: network(chain),
    own: [account],
    now: new Date('2026-01-01'),
  })
}

const known: Known = { contacts: [{ address: ana, name: 'Ana' }], paid: [] }
const codes = (intent: Intent, more: Parameters<typeof read>[1]) =>
  read(intent, more).concerns.map(({ code }) => code)

test('a contact is named, and a payment to somebody new is a worry', () => {
  expect(read(send(ana.toLowerCase()), { known }).parties[ana.toLowerCase()]).toEqual({
    kind: 'contact',
    name: 'Ana',
  })
  expect(codes(send(ana), { known })).toEqual([])
  expect(codes(send(`0x${'12'.repeat(20)}`), { known })).toEqual(['new-address'])
  const paid = [{ address: `0x${'12'.repeat(20)}`, times: 1 }]
  expect(codes(send(`0x${'12'.repeat(20)}`), { known: { contacts: [], paid } })).toEqual([])
})

test('nothing is said of an address while nobody looked whom the wallet knows', () => {
  expect(codes(send(`0x${'12'.repeat(20)}`), {})).toEqual([])
})

test('an address that imitates a contact is a worry, and names whom it imitates', () => {
  expect(read(send(twin), { known }).concerns).toContainEqual({
    code: 'twin',
    level: 'high',
    subject: ana,
  })
})

test('a page that comes unencrypted is a worry, a page of this machine is none', () => {
  expect(codes(send(ana), { known, origin: 'http://site.test' })).toEqual(['insecure-site'])
  expect(codes(send(ana), { known, origin: 'http://localhost:3000' })).toEqual([])
})

test('a login for another site is refused, and so is what cannot be read', () => {
  const signIn: Intent = {
    kind: 'sign-in',
    standard: 'siwe',
    domain: 'bank.test',
    address: me,
    uri: 'https://bank.test/login',
    version: '1',
    chainId: '1',
    nonce: '12345678',
    issuedAt: '2025-12-31T00:00:00Z',
    resources: [],
  }
  expect(read(signIn, { origin: 'https://bank.test' }).refusal).toBeUndefined()
  expect(read(signIn, { origin: 'https://evil.test' }).refusal).toEqual({
    code: 'sign-in',
    mismatches: ['domain', 'uri'],
    domain: 'bank.test',
  })
  const hash: Intent = { kind: 'message', address: me, bytes: new Uint8Array(32) }
  expect(read(hash).refusal).toEqual({ code: 'unreadable' })
  const hidden: Intent = { kind: 'call', target: me, value: 0n, dataLength: 1, hidden: 2 }
  expect(read(hidden).refusal).toEqual({ code: 'hidden-accounts' })
})

test('what is refused is not signed, whatever a screen says', () => {
  const intended = { requestId: '00', chain, account: 0, payload: Uint8Array.of() }
  const hash: Intent = { kind: 'message', address: me, bytes: new Uint8Array(32) }
  const { explanation } = read(hash)
  const now = new Date('2026-01-01')
  expect(() => requireSignable({ explanation, intended, account, now })).toThrow('unreadable')
  const fine = read(send(ana)).explanation
  expect(() => requireSignable({ explanation: fine, intended, account, now })).not.toThrow()
})
