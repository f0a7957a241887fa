import { expect, test } from 'vitest'
import { ascii } from '../core/bytes.ts'
import { H } from '../core/hash.ts'
import { NO_EPOCHS } from '../dkg/activation.ts'
import { type Standing, standing } from '../dkg/standing.ts'
import { standingIn, statusOf } from './status.ts'

const name = (epoch: number) => ({
  epoch,
  sid: H('dkg-sid2', ascii(`${epoch}`)),
  tau: H('dkg-transcript', ascii(`${epoch}`)),
})
const keyId = H('key-id')
const nothing = standing(NO_EPOCHS, undefined)

test('where a side stands is told without loss, of every wallet by its name', () => {
  const some: readonly Standing[] = [
    nothing,
    { active: name(1), prepared: undefined, ot: undefined },
    { active: undefined, prepared: name(0), ot: undefined },
    { active: name(1), prepared: name(2), ot: { active: name(7), prepared: name(9) } },
    { active: name(1), prepared: undefined, ot: { active: name(0), prepared: undefined } },
  ]
  const wallets = some.map((one, at) => statusOf(H('key-id', Uint8Array.of(at)), one))
  for (const [at, one] of some.entries())
    expect(standingIn({ wallets }, H('key-id', Uint8Array.of(at)))).toEqual(one)
})

test('a wallet that a side does not name is one it has nothing of', () => {
  const wallets = [statusOf(keyId, { ...nothing, active: name(1) })]
  expect(standingIn({ wallets }, H('key-id', Uint8Array.of(1)))).toEqual(nothing)
  expect(standingIn({ wallets: [] }, keyId)).toEqual(nothing)
})

test('a receipt travels with the status', () => {
  const receipt = { counter: 1n, state: keyId, epoch: 1, mac: keyId }
  expect(statusOf(keyId, nothing, receipt)).toEqual({ keyId, receipt })
})
