/** A wallet of all three suites, dealt by one hand, and what a signer must keep: for tests of signing. */
import { ed25519 } from '@noble/curves/ed25519.js'
import { schnorr, secp256k1 } from '@noble/curves/secp256k1.js'
import { addressKey } from '../src/frost/tweak.ts'
import { derive } from '../src/hd/derive.ts'
import type { PartyId } from '../src/party.ts'
import { type AttemptId, type Mark, sameAttempt } from '../src/session/marks.ts'
import type { Entry } from '../src/session/request.ts'
import type { WalletShare } from '../src/share/share.ts'
import type { SimulatedParty } from '../src/simulate.ts'
import { testRng } from '../src/testing.ts'
import { deal } from './deal.ts'
import { idealOt } from './dkls.ts'

/** Shares of device, co-signer and recovery; the first two are each other's peers. */
export function dealtWallet(seed: string): ReadonlyMap<PartyId, WalletShare> {
  const rng = testRng(seed)
  const holders = [1, 2, 3]
  const keys = ([1, 2, 3] as const).map((suite) => deal(suite, seed, { holders }))
  const zsSeed = rng('zs', 32)
  const forward = idealOt((label, n) => rng(`forward/${label}`, n))
  const backward = idealOt((label, n) => rng(`backward/${label}`, n))
  // In each direction one side receives and the other sends.
  const setups = [
    { otNo: 0, asReceiver: forward.asReceiver, asSender: backward.asSender },
    { otNo: 0, asReceiver: backward.asReceiver, asSender: forward.asSender },
  ] as const
  return new Map(
    holders.map((me) => [
      me,
      {
        epoch: 0,
        t: 2,
        me,
        holders,
        devices: [],
        keys: keys.map((key) => key.get(me)!),
        peers: me === 3 ? [] : [{ id: 3 - me, zsSeed, ot: setups[me - 1]! }],
        backup: undefined,
        record: new Uint8Array(0),
      },
    ]),
  )
}

/** Whether plain libraries accept a signature of an entry under its path. */
export function verifies(
  share: WalletShare,
  { suite, path, message }: Entry,
  signature: Uint8Array,
): boolean {
  const { publicKey, chainCode } = share.keys.find((one) => one.suite === suite)!
  if (suite === 1) {
    const key = derive(1, publicKey, chainCode, path).publicKey
    return secp256k1.verify(signature.slice(0, 64), message, key, { prehash: false, lowS: true })
  }
  const key = addressKey(suite, publicKey, chainCode, path).publicKey
  if (suite === 2) return schnorr.verify(signature, message, key.slice(1))
  return ed25519.verify(signature, message, key, { zip215: false })
}

/** The marks of an attempt that must be on the disk before a message of it leaves. */
const needed: Readonly<Record<string, readonly Mark['type'][]>> = {
  F1: ['started'],
  S1: ['started'],
  F2: ['started', 'pending', 'pass'],
  F3: ['started', 'pending', 'pass', 'released'],
  S2: ['answered'],
  F4: ['pending', 'pass', 'signed'],
}

/**
 * What a party said or decided before its disk allowed it; nothing, for a signer that keeps its
 * promise. Looks at what was durable at that very moment, not at the order of effects.
 */
export function violations({ log, durable: all }: SimulatedParty): string[] {
  const broken: string[] = []
  let burning = false
  for (const { effect, marks } of log) {
    const durable = all.slice(0, marks)
    const has = (type: Mark['type'], id: AttemptId) =>
      durable.some((mark) => mark.type === type && 'attempt' in mark && sameAttempt(mark, id))
    if (effect.type === 'send') {
      const { message } = effect
      for (const type of needed[message.kind] ?? [])
        if (!has(type, message)) broken.push(`${message.kind} before ${type}`)
      if (message.kind === 'RESULT' && !isSigned(durable, message))
        broken.push('RESULT before signed')
      if (burning && !durable.some(({ type }) => type === 'burned'))
        broken.push(`${message.kind} before burned`)
    }
    if (effect.type === 'outcome' && effect.outcome.phase === 'Complete') {
      const { id, outcome } = effect
      if (outcome.signature && !isSigned(durable, id)) broken.push('Complete before signed')
    }
    if (effect.type !== 'commit') continue
    for (const mark of effect.marks) {
      if (mark.type === 'pass' && !has('pending', mark)) broken.push('pass before pending')
      if (mark.type !== 'burned' || mark.code === 'SUSPECTED') continue
      burning = true
      const open = durable.filter(({ type }) => type === 'pending').length
      if (open <= durable.filter(({ type }) => type === 'pass').length)
        broken.push('burned before pending')
    }
  }
  return broken
}

/** Whether the signature of an entry is on the disk, from whichever attempt. */
function isSigned(durable: readonly Mark[], id: AttemptId): boolean {
  return durable.some(
    (mark) => mark.type === 'signed' && sameAttempt({ ...mark, attempt: 0 }, { ...id, attempt: 0 }),
  )
}
