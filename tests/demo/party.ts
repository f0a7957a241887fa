/** One party of the demo, in its own process: pairs, makes keys, signs, reports, forgets. */
import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { ed25519 } from '@noble/curves/ed25519.js'
import {
  COSIGNER,
  DEVICE,
  type Hedged,
  type Phase,
  type SigningRequest,
  type SuiteId,
  type WalletShare,
  addressKey,
  derive,
  dhKeys,
  hedgedRng,
  identityCard,
  selfTestRequest,
} from '@tandem/protocol'
import { readyRistretto } from '../ristretto.ts'
import { makeKeys } from './ceremony.ts'
import { accept, pair, reach } from './link.ts'
import { signing } from './signing.ts'
import type { Report, Task } from './task.ts'

const names = { 1: 'ecdsa-secp256k1', 2: 'bip340-secp256k1', 3: 'ed25519' } as const
const suites = [1, 2, 3] as const
const paths = { 1: [60, 0], 2: [86, 0, 0, 0, 0], 3: [501, 0] } as const

// Whoever started this party is gone, or this party is done: a share does not outlive its owner.
process.once('disconnect', () => process.exit())

process.once('message', (task: Task) => {
  run(task).then(
    () => process.disconnect(),
    (error: unknown) => {
      report({ type: 'failed', what: error instanceof Error ? error.message : String(error) })
      process.exitCode = 1
      process.disconnect()
    },
  )
})

async function run(task: Task): Promise<void> {
  const me = task.role === 'device' ? DEVICE : COSIGNER
  const peer = me === DEVICE ? COSIGNER : DEVICE
  const identitySecret = Uint8Array.from(randomBytes(32))
  const keys = dhKeys(Uint8Array.from(randomBytes(32)))
  const socket =
    task.role === 'device'
      ? await reach(task.port)
      : await accept((port) => report({ type: 'listening', port }))
  socket.setNoDelay(true)

  const link = await timed('pairs: Noise XXpsk3, identities pinned', async () =>
    pair(
      socket,
      {
        kind: 'pairing',
        me,
        peer,
        keys,
        secret: Uint8Array.from(Buffer.from(task.secret, 'hex')),
        card: identityCard(me, identitySecret, keys.publicKey),
      },
      me === DEVICE,
      (_label, length) => Uint8Array.from(randomBytes(length)),
    ),
  )

  const hedged = hedge()
  const { group, library } = await readyRistretto()
  if (library === 'noble')
    report({ type: 'progress', what: 'no WebAssembly here: noble makes the transfers, slower' })
  const identityPk = ed25519.getPublicKey(identitySecret)
  const share = await timed('has its share of three keys, with a verified backup', async () =>
    makeKeys({
      link,
      group,
      me: { id: me, identityPk },
      sign: (message) => ed25519.sign(message, identitySecret),
      hedged,
      progress: (what) => report({ type: 'progress', what }),
    }),
  )
  let phases: Phase[] = []
  const journal = join(task.folder, `${task.role}.journal`)
  const signer = signing(share, link, hedged, journal, (phase) => {
    phases.push(phase)
  })
  const selfTest = selfTestRequest(share)
  const jobs = jobsOf(share)
  for (const request of [selfTest, ...jobs.map((job) => job.request)])
    signer.tell({ type: 'approve', request })
  await timed('self-test: every key signs before its address is shown', async () => {
    for (const { index } of selfTest.entries) await sign(selfTest.requestId, index)
  })
  if (me === DEVICE)
    for (const key of share.keys)
      report({ type: 'key', suite: names[key.suite], publicKey: hex(key.publicKey) })
  for (const job of jobs) await signAndTell(job)
  signer.close()
  link.close()

  /** One signature: the device begins, both sides see it through. */
  async function sign(requestId: Uint8Array, index: number): Promise<Uint8Array | undefined> {
    if (me === DEVICE) signer.tell({ type: 'begin', requestId, index })
    const outcome = await signer.next()
    if (outcome.phase !== 'Complete') throw new Error(`no signature: ${JSON.stringify(outcome)}`)
    return outcome.signature
  }

  async function signAndTell({ suite, text, request }: Job): Promise<void> {
    const began = performance.now()
    phases = []
    const signature = await sign(request.requestId, 0)
    if (me !== DEVICE || !signature) return
    report({ type: 'progress', what: phases.join(' → ') })
    report({ type: 'done', what: `signs with ${names[suite]}`, ms: performance.now() - began })
    const key = share.keys.find((one) => one.suite === suite)!
    const path = paths[suite]
    const address =
      suite === 1
        ? derive(suite, key.publicKey, key.chainCode, path)
        : addressKey(suite, key.publicKey, key.chainCode, path)
    report({
      type: 'signature',
      suite: names[suite],
      publicKey: hex(address.publicKey),
      message: suite === 1 ? hex(text) : hex(request.entries[0]!.message),
      signature: hex(signature),
    })
  }
}

type Job = { readonly suite: SuiteId; readonly text: Uint8Array; readonly request: SigningRequest }

/** Both parties write every request down by themselves: nobody signs what the other one hashed. */
function jobsOf(share: WalletShare): readonly Job[] {
  return suites.map((suite) => {
    const { keyId } = share.keys.find((one) => one.suite === suite)!
    const text = new TextEncoder().encode(`the demo's message for ${names[suite]}`)
    const message = suite === 3 ? text : Uint8Array.from(createHash('sha256').update(text).digest())
    const entry = { index: 0, suite, keyId, path: paths[suite], message }
    const requestId = Uint8Array.from(createHash('sha256').update(`request ${suite}`).digest())
    return { suite, text, request: { requestId: requestId.slice(0, 16), entries: [entry] } }
  })
}

/** Fresh kernel entropy for every answer, mixed with a secret and bound to what is answered. */
function hedge(): Hedged {
  const key = Uint8Array.from(randomBytes(32))
  const incarnation = Uint8Array.from(randomBytes(16))
  return (bind) =>
    hedgedRng({ key, os64: Uint8Array.from(randomBytes(64)), bootCounter: 0n, incarnation }, bind)
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now()
  const result = await work()
  report({ type: 'done', what, ms: performance.now() - began })
  return result
}

function report(what: Report): void {
  process.send?.(what)
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
