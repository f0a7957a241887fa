/** A wallet of all three suites, dealt by one hand: for tests of signing alone. */
import { ed25519 } from '@noble/curves/ed25519.js'
import { schnorr, secp256k1 } from '@noble/curves/secp256k1.js'
import { u8 } from '../core/bytes.ts'
import { H } from '../core/hash.ts'
import { type SuiteId, mod, randomScalar, suites, timesBase } from '../core/suite.ts'
import { addressKey } from '../frost/tweak.ts'
import { derive } from '../hd/derive.ts'
import type { PartyId } from '../party.ts'
import type { Rng } from '../rng.ts'
import type { KeyShare, OtSetup, WalletShare } from '../share/share.ts'
import { testRng } from '../testing.ts'
import type { SimulatedParty } from '../simulate.ts'
import { type AttemptId, type Mark, sameAttempt } from './marks.ts'
import type { Entry } from './request.ts'

const HOLDERS = [1, 2, 3] as const

/** Shares of device, co-signer and recovery; the first two are each other's peers. */
export function dealtWallet(seed: string): ReadonlyMap<PartyId, WalletShare> {
  const rng = testRng(seed)
  const keys = ([1, 2, 3] as const).map((suite) => dealKey(suite, rng))
  const zsSeed = rng('zs', 32)
  const ot = dealOt(rng)
  const shares = new Map<PartyId, WalletShare>()
  for (const me of HOLDERS) {
    const peer = me === 1 ? 2 : 1
    shares.set(me, {
      epoch: 0,
      t: 2,
      me,
      holders: HOLDERS,
      devices: [],
      keys: keys.map((key) => key.get(me)!),
      peers: me === 3 ? [] : [{ id: peer, zsSeed, ot: me === 1 ? ot[0] : ot[1] }],
      backup: undefined,
      record: new Uint8Array(0),
    })
  }
  return shares
}

function dealKey(id: SuiteId, rng: Rng): ReadonlyMap<PartyId, KeyShare> {
  const suite = suites[id]
  const secret = randomScalar(suite, rng, `f/${id}/0`)
  const slope = randomScalar(suite, rng, `f/${id}/1`)
  const commitments = [secret, slope].map((one) => timesBase(suite, one).toBytes())
  const publicKey = commitments[0]!
  const share = (at: number) => mod(secret + BigInt(at) * slope, suite.order)
  const publicShares = new Map(HOLDERS.map((at) => [at, timesBase(suite, share(at)).toBytes()]))
  return new Map(
    HOLDERS.map((me) => [
      me,
      {
        suite: id,
        keyId: H('key-id', u8(id), publicKey),
        epochSid: H('epoch', rng('tau', 32), u8(id)),
        secret: suite.encodeScalar(share(me)),
        publicKey,
        commitments,
        publicShares,
        chainCode: rng(`cc/${id}`, 32),
      },
    ]),
  )
}

/** Both directions of an ideal base OT: what the two sides would hold after a real one. */
function dealOt(rng: Rng): readonly [OtSetup, OtSetup] {
  const [one, other] = [direction(rng, 'a'), direction(rng, 'b')]
  return [
    { otNo: 0, asReceiver: one.receiver, asSender: other.sender },
    { otNo: 0, asReceiver: other.receiver, asSender: one.sender },
  ]
}

function direction(rng: Rng, name: string) {
  const k0 = rng(`k0/${name}`, 4096)
  const k1 = rng(`k1/${name}`, 4096)
  const delta = rng(`delta/${name}`, 16)
  const k = new Uint8Array(4096)
  for (let i = 0; i < 128; i++) {
    const chosen = (delta[i >> 3]! >> (i & 7)) & 1 ? k1 : k0
    k.set(chosen.subarray(32 * i, 32 * i + 32), 32 * i)
  }
  return { receiver: { k0, k1 }, sender: { delta, k } }
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
export function violations({ log }: Pick<SimulatedParty, 'log'>): string[] {
  const broken: string[] = []
  let burning = false
  for (const { effect, durable } of log) {
    const has = (type: Mark['type'], id: AttemptId) =>
      durable.some((mark) => mark.type === type && 'attempt' in mark && sameAttempt(mark, id))
    if (effect.type === 'send') {
      const { message } = effect
      for (const type of needed[message.kind] ?? [])
        if (!has(type, message)) broken.push(`${message.kind} before ${type}`)
      const known = durable.some(
        (mark) =>
          mark.type === 'signed' &&
          sameAttempt({ ...mark, attempt: 0 }, { ...message, attempt: 0 }),
      )
      if (message.kind === 'RESULT' && !known) broken.push('RESULT before signed')
      if (burning && !durable.some(({ type }) => type === 'burned'))
        broken.push(`${message.kind} before burned`)
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
