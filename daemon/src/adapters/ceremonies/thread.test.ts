import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { ed25519 } from '@noble/curves/ed25519.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import {
  COSIGNER,
  DEVICE,
  type Proposal,
  ProtocolAbort,
  type WalletShare,
  answerG2,
  answerG4,
  answerG5,
  answerN2,
  answerN4,
  encodeShare,
  hedgedRng,
  oldEpochOfShare,
  oldSharesOf,
  startCeremony,
  startReOt,
} from '@tandem/protocol'
import { describe, expect, test } from 'vitest'
import { readyRistretto } from '../../../../tests/ristretto.ts'
import { type Ceremonies, CeremonyError, type Seed } from '../../ports/ceremonies.ts'
import { inThread } from './thread.ts'

const bytes = (length: number) => Uint8Array.from(randomBytes(length))
const identities = { device: bytes(32), cosigner: bytes(32) }
const devices = [
  { id: DEVICE, identityPk: ed25519.getPublicKey(identities.device) },
  { id: COSIGNER, identityPk: ed25519.getPublicKey(identities.cosigner) },
]
const signAsDevice = (message: Uint8Array) => ed25519.sign(message, identities.device)
const seed = (): Seed => ({ key: bytes(32), bind: bytes(32) })
const rng = () =>
  hedgedRng({ key: bytes(32), os64: bytes(64), bootCounter: 0n, incarnation: bytes(16) }, bytes(32))

const proposal = (old?: WalletShare): Proposal => ({
  suites: [1, 3],
  t: 2,
  holders: [1, 2],
  contributors: [1, 2],
  devices,
  backup: { kind: 'none' },
  instanceId: bytes(16),
  ...(old && { old: oldEpochOfShare(old) }),
})

type Shares = { readonly device: WalletShare; readonly cosigner: WalletShare }

/** A ceremony of which the answering side is computed there. */
async function made(ceremonies: Ceremonies, old?: Shares): Promise<Shares> {
  const { group } = await readyRistretto()
  const computing = ceremonies.begin()
  const plan = proposal(old?.device)
  const oldShares = old && oldSharesOf(old.device)
  const one = startCeremony(
    { proposal: plan, me: DEVICE, sign: signAsDevice, oldShares },
    rng(),
    group,
  )
  const input = { proposal: plan, identity: identities.cosigner, share: old?.cosigner }
  const two = answerG2(one.state, await computing.answerG1(input, one.g1, seed()), rng())
  const { prepared, g4 } = await computing.answerG3(two.g3, seed())
  const device = answerG4(two.state, g4)
  const cosigner = answerG5(prepared, device.g5)
  computing.drop()
  return { device: device.share, cosigner }
}

/** Threads that were started, and the messages that went there. */
function watched() {
  const threads: Worker[] = []
  const sent: unknown[] = []
  const ends: Promise<unknown>[] = []
  const ceremonies = inThread(() => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url))
    const post = worker.postMessage.bind(worker)
    worker.postMessage = (message: unknown, moved?: readonly never[]) => {
      sent.push(message)
      post(message, moved)
    }
    threads.push(worker)
    ends.push(once(worker, 'exit'))
    return worker
  })
  return { ceremonies, threads, sent, ends }
}

describe('the thread of ceremonies', () => {
  test('makes a wallet, rotates it, and has ended in between', async () => {
    const { ceremonies, threads, ends } = watched()
    const first = await made(ceremonies)
    await ends[0]
    expect(threads).toHaveLength(1)
    const second = await made(ceremonies, first)
    await ends[1]
    expect(threads).toHaveLength(2)
    const keys = ({ cosigner }: Shares) => cosigner.keys.map(({ publicKey }) => publicKey)
    expect(keys(second)).toEqual(keys(first))
    expect(second.cosigner.keys[0]?.secret).not.toEqual(first.cosigner.keys[0]?.secret)
  })

  test('makes a new OT setup that both have', async () => {
    const { group } = await readyRistretto()
    const { ceremonies, ends } = watched()
    const { device, cosigner } = await made(ceremonies)
    const computing = ceremonies.begin()
    const input = { share: device, peer: COSIGNER, otNo: 1, sign: signAsDevice }
    const one = startReOt(input, rng(), group)
    const ours = { share: cosigner, otNo: 1, identity: identities.cosigner }
    const n2 = await computing.answerN1(ours, one.n1, seed())
    const two = answerN2(one.state, n2, rng())
    const { setup, n4, sid } = await computing.answerN3(two.n3)
    computing.drop()
    const theirs = answerN4(two.prepared, devices[1]!, n4)
    expect(theirs.sid).toEqual(sid)
    const { asSender } = theirs.value.setup
    const { k0, k1 } = setup.asReceiver
    const chosen = Array.from({ length: 128 }, (_, at) => {
      const bit = (asSender.delta[at >> 3]! >> (at & 7)) & 1
      return (bit === 1 ? k1 : k0).slice(at * 32, at * 32 + 32)
    })
    expect(Buffer.concat(chosen).equals(Buffer.from(asSender.k))).toBe(true)
    await ends.at(-1)
  })

  test('leaves no secret in the thread that asked', async () => {
    const { ceremonies, sent } = watched()
    const first = await made(ceremonies)
    await made(ceremonies, first)
    const secrets: Uint8Array[] = []
    const collect = (value: unknown, name = ''): void => {
      if (value instanceof Uint8Array) {
        if (['identity', 'share', 'key', 'half'].includes(name)) secrets.push(value)
      } else if (typeof value === 'object' && value !== null)
        for (const [key, one] of Object.entries(value)) if (key !== 'proposal') collect(one, key)
    }
    collect(sent)
    // Identity and seed of two G1, the seed of two G3, a share.
    expect(secrets).toHaveLength(7)
    expect(secrets.map(({ buffer }) => buffer.byteLength)).toEqual(Array(7).fill(0))
    // The caller's own are its own: they still open.
    expect(encodeShare(first.cosigner).some((byte) => byte !== 0)).toBe(true)
  })

  test('serves several ceremonies at once, and ends with the last of them', async () => {
    const { ceremonies, threads, ends } = watched()
    const all = await Promise.all([made(ceremonies), made(ceremonies), made(ceremonies)])
    await ends[0]
    expect(threads).toHaveLength(1)
    expect(new Set(all.map(({ cosigner }) => bytesToHex(cosigner.keys[0]!.keyId))).size).toBe(3)
  })

  test('says what the device did wrong, and goes on with the next', async () => {
    const { ceremonies } = watched()
    const computing = ceremonies.begin()
    const input = { proposal: proposal(), identity: identities.cosigner }
    const error = await computing.answerG1(input, bytes(3), seed()).catch((one: unknown) => one)
    expect(error).toBeInstanceOf(ProtocolAbort)
    expect(error).toMatchObject({ code: 'LENGTH', culprit: DEVICE })
    computing.drop()
    await made(ceremonies)
  })

  test('fails cleanly when it dies, and the next ceremony has another', async () => {
    const { ceremonies, threads } = watched()
    const { group } = await readyRistretto()
    const plan = proposal()
    const one = startCeremony({ proposal: plan, me: DEVICE, sign: signAsDevice }, rng(), group)
    const computing = ceremonies.begin()
    const answer = computing.answerG1(
      { proposal: plan, identity: identities.cosigner },
      one.g1,
      seed(),
    )
    const [thread] = threads
    await Promise.all([expect(answer).rejects.toThrow(CeremonyError), thread!.terminate()])
    // What it held is gone: this ceremony does not go on in another thread.
    await expect(computing.answerG3(bytes(10), seed())).rejects.toThrow(CeremonyError)
    computing.drop()
    await made(ceremonies)
    expect(threads).toHaveLength(2)
  })
})
