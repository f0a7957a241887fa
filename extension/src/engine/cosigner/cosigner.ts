import {
  type Hedged,
  PROTOCOL,
  type Ristretto,
  dhKeys,
  equalBytes,
  hedgedRng,
  statusOf,
} from '@tandem/protocol'
import { ed25519 } from '@noble/curves/ed25519.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import type { CosignerView } from '../../messages/cosigner.ts'
import type { Box } from '../ports/box.ts'
import type { Disk } from '../ports/disk.ts'
import { type Asked, type Verdict, asking } from './asking.ts'
import { connection } from './connection.ts'
import { CosignerError } from './error.ts'
import { judged } from './judged.ts'
import { openKeys } from './keys.ts'
import { type Pair, type Wallet, type Witness, loadPair, savePair } from './kept.ts'
import type { Line, Network } from './link.ts'
import type { Making } from './making.ts'
import { openNotes } from './notes.ts'
import { type Offering, askOffers, offering } from './offering.ts'
import type { PairingLink } from './pairing-link.ts'
import { patience } from './patience.ts'
import { type Replacing, replacing } from './replacing.ts'
import { standingOf } from './settling.ts'
import type { Progress } from './signing.ts'
import type { Status } from './status.ts'
import type { Control, Talk } from './talk.ts'
import { openStopwatch } from './timing.ts'
import { viewOf } from './view.ts'
import { openWitness } from './witnessing.ts'

export type CosignerParts = Network & {
  readonly disk: Disk
  readonly box: Box
  readonly group: () => Promise<Ristretto>
  /** Names this program and the code that reads requests. */
  readonly version: string
  readonly decoders: Uint8Array
  /** Hears a verdict that nobody waited for: after `tandem approve`, or another policy. */
  readonly verdict?: (verdict: Verdict) => void
}

/** The co-signer, seen from this browser: one pair of machines, one wallet. */
export type Cosigner = Replacing &
  Offering & {
    status(): Status
    view(): CosignerView
    /** @returns how to stop. */
    watch(tell: (status: Status) => void): () => void
    wallet(): Wallet | undefined
    /**
     * Meets a new co-signer, or the one that is paired at another address.
     *
     * @throws {CosignerError} `away`, `other`, `version`
     */
    pair(link: PairingLink): Promise<void>
    /** Makes the keys, and proves them. Asked again meanwhile, it joins. @throws {CosignerError} */
    makeWallet(words: string | undefined, progress: (step: Making) => void): Promise<Wallet>
    /** The keys that are being made now; nothing where none are. */
    making(): Promise<Wallet> | undefined
    /** The public key of a path of the wallet. @throws {CosignerError} `no-wallet` */
    keyAt(suite: 1 | 2 | 3, path: readonly number[]): Uint8Array
    /** Asks for a verdict. @throws {CosignerError} */
    ask(asked: Asked): Promise<Verdict>
    /** Every signature of an allowed request. @throws {CosignerError} */
    sign(asked: Asked, progress: (progress: Progress) => void): Promise<readonly Uint8Array[]>
    cancel(requestId: Uint8Array): void
    /** Ends a signature that is under way. @returns whether it ended: else it may be signed. */
    stop(requestId: Uint8Array): Promise<boolean>
    /** Shows a second factor. @throws {CosignerError} */
    prove(asked: Asked, proof: Control<'factor'>['proof']): Promise<Verdict>
    seenPolicy(): Promise<void>
    /** Asks what it says of itself; the answer is told as it is heard. @throws {CosignerError} */
    inspect(): Promise<void>
    /** Tries now, if it is not there. */
    wake(): Promise<void>
    /** The same whatever was wrong: its person has decided. */
    retry(): Promise<void>
    close(): void
  }

/** Opens what is kept and, where there is a pair, goes on trying to be connected. */
export async function openCosigner(parts: CosignerParts): Promise<Cosigner> {
  const { disk, box, clock, entropy } = parts
  let pair = await loadPair(disk, box)
  const witness = await openWitness(disk)
  let history: CosignerView['history']
  let checkedAt: number | undefined
  let roundTrip = 50
  let theirVersion: string | undefined
  let underWay: { readonly words: string | undefined; readonly wallet: Promise<Wallet> } | undefined
  const reaching = new Map<string, (reason: CosignerError) => void>()
  const watchers = new Set<(status: Status) => void>()
  const incarnation = entropy(16)
  const hedged: Hedged = (bind) =>
    hedgedRng({ key: pairOf().hedge, os64: entropy(64), bootCounter: 0n, incarnation }, bind)

  const stopwatch = await openStopwatch(disk)
  const patient = patience(clock)
  const notes = await openNotes(disk, box)
  const verdicts = asking({
    clock,
    patience: patient,
    took: (ms) => stopwatch.verdict(ms),
    late: unasked,
  })
  const keys = await openKeys({
    ...parts,
    hedged,
    roundTripMs: () => roundTrip,
    pair: pairOf,
  })
  const line = connection({
    ...parts,
    pair: () => pair,
    talk: {
      witness: () => witness.seen(),
      keep: keepWitness,
      round: (packet) => keys.round(packet),
      unasked,
    },
    meet,
    lost: () => keys.lost(),
    fault(_error, length) {
      const seen = witness.kept().checkpoint?.length ?? 0n
      history = length === undefined ? undefined : { shown: length, seen }
    },
  })
  line.watch((status) => {
    if (status.state === 'ready') roundTrip = status.roundTripMs
    told()
  })

  function told(): void {
    for (const tell of watchers) tell(line.status())
  }

  function pairOf(): Pair {
    if (!pair) throw new CosignerError('no-wallet', 'no co-signer is paired')
    return pair
  }

  async function keepWitness(part: Partial<Witness>): Promise<void> {
    checkedAt = clock.now()
    await witness.keep(part)
  }

  /** Says where we stand, hears where it stands, and brings both together. @throws {CosignerError} */
  async function meet(to: Line, talk: Talk, peer: Pick<Pair, 'identity' | 'cosigner'>) {
    const wallet = keys.wallet()
    const first = wallet?.active.value.keys[0]
    const asked = clock.now()
    talk.say({
      type: 'hello',
      app: parts.version,
      protocol: PROTOCOL,
      decoders: parts.decoders,
      wallets: first ? [statusOf(first.keyId, standingOf(wallet), witness.kept().receipt)] : [],
    })
    const hello = await talk.hear('hello')
    roundTrip = clock.now() - asked
    theirVersion = hello.app
    // SECURITY: two programs that read a request differently do not sign the same thing. Test: src/engine/cosigner/cosigner.test.ts "a browser pairs, makes a wallet and signs with its co-signer", src/engine/cosigner/cosigner.test.ts "a co-signer with other decoders is not asked"
    if (hello.protocol !== PROTOCOL || !equalBytes(hello.decoders, parts.decoders))
      throw new CosignerError('version', `the co-signer is version ${hello.app}`)
    await keys.meet(to, talk, peer, hello)
    // Its log is compared before anything is signed that it may have forgotten.
    await talk.check()
    const receipt = hello.wallets[0]?.receipt
    if (receipt) await keepWitness({ receipt })
    askOffers(talk, notes)
    // Nobody waits for the answer: what it says is to look at.
    talk.say({ type: 'inspect' })
    return { version: hello.app, roundTripMs: roundTrip }
  }

  async function unasked(message: Parameters<typeof notes.heard>[0]): Promise<void> {
    if (message.type === 'verdict') {
      const verdict = verdicts.heard(message)
      if (verdict) parts.verdict?.(verdict)
    } else if (message.type === 'pair-rekey') keys.apart(Number(message.notBefore))
    else await notes.heard(message, clock.now())
    told()
  }

  /** What may be asked of the co-signer, which is connected first where it is not. @throws {CosignerError} */
  async function reached(): Promise<Talk> {
    // SECURITY: what an older copy of a co-signer signs before new shares are made, nobody counts. Test: src/engine/cosigner/faults.test.ts "its person goes on with it by new shares, which both machines have to allow"
    if (witness.isAnew()) throw new CosignerError('rollback', 'new shares are made first')
    return line.reached()
  }

  const judging = (answer: Promise<Verdict>): Promise<Verdict> => judged(line, answer).finally(told)

  async function meetAt({ address, identityPk, secret }: PairingLink): Promise<void> {
    const isSame = pair !== undefined && equalBytes(pair.cosigner.identityPk, identityPk)
    // SECURITY: another co-signer in the place of the one that has the other shares makes them worthless. Test: src/engine/cosigner/refresh.test.ts "a wallet stays with its co-signer, also where a link names another one"
    if (pair && keys.wallet() && !isSame)
      throw new CosignerError('busy', 'this wallet is shared with another co-signer')
    const known = isSame ? pair : undefined
    const identity = known?.identity ?? entropy(32)
    const noise = known?.noise ?? dhKeys(entropy(32))
    const hedge = known?.hedge ?? entropy(32)
    line.hangUp()
    const cosigner = await line.dial({ address, identity, noise, secret, expected: identityPk })
    pair = { identity, noise, hedge, cosigner, address }
    await savePair(disk, box, pair)
  }

  /** What is to be signed waits for a line: it can be stopped, too. */
  async function orStopped(requestId: Uint8Array, work: Promise<unknown>): Promise<void> {
    const name = bytesToHex(requestId)
    const { promise, reject } = Promise.withResolvers<never>()
    reaching.set(name, reject)
    try {
      await Promise.race([work, promise])
    } finally {
      reaching.delete(name)
    }
  }

  const self: Cosigner = {
    ...replacing({ keys, line, witness, reached, told }),
    ...offering({ clock, entropy, notes, pair: pairOf, reached, told }),
    status: () => line.status(),
    view: () =>
      viewOf({
        status: line.status(),
        ours: parts.version,
        theirs: theirVersion,
        wallet: keys.wallet(),
        theirEpoch: keys.theirs(),
        witness: witness.kept(),
        checkedAt,
        history,
        policy: notes.policy(),
        passkeys: notes.passkeys(),
        inspected: notes.inspected(pair && bytesToHex(ed25519.getPublicKey(pair.identity))),
        budgets: verdicts.budgets(),
        waiting: verdicts.waiting(),
        burned: keys.burned(),
        breakerUntil: patient.until(),
        timing: stopwatch.view(),
      }),
    watch(tell) {
      watchers.add(tell)
      return () => watchers.delete(tell)
    },
    wallet: () => keys.wallet(),
    keyAt: (suite, path) => keys.keyAt(suite, path),
    pair: meetAt,

    making: () => underWay?.wallet,

    async makeWallet(words, progress) {
      // Whoever asked may have died and come back.
      if (underWay && underWay.words === words) return underWay.wallet
      const wallet = reached().then((talk) => keys.make(talk, words, progress))
      const mine = { words, wallet }
      underWay ??= mine
      try {
        return await wallet
      } finally {
        if (underWay === mine) underWay = undefined
      }
    },

    ask: async (asked) => judging(verdicts.ask(await reached(), asked)),
    prove: async (asked, proof) => judging(verdicts.prove(await reached(), asked, proof)),

    async sign({ requestId, entries }, progress) {
      const kept = await keys.kept({ requestId, entries })
      if (kept) return kept
      await orStopped(requestId, reached())
      const start = clock.now()
      const signatures = await keys.sign({ requestId, entries }, progress)
      const [first] = entries
      if (first) stopwatch.signed(first.suite, clock.now() - start)
      verdicts.over(requestId)
      return signatures
    },

    cancel(requestId) {
      verdicts.over(requestId)
      line.line()?.say({ type: 'cancel', requestId }, requestId)
      keys.cancel(requestId)
    },

    async stop(requestId) {
      const waits = reaching.get(bytesToHex(requestId))
      waits?.(new CosignerError('stopped', 'its person stopped it'))
      const isStopped = waits !== undefined || (await keys.stop(requestId))
      // SECURITY: the budget of what the co-signer can finish is spent. Test: src/engine/cosigner/stopping.test.ts "what is past its last step is not stopped, and is signed"
      if (!isStopped) return false
      verdicts.over(requestId)
      line.line()?.say({ type: 'cancel', requestId }, requestId)
      return true
    },

    async seenPolicy() {
      await notes.seenPolicy()
      told()
    },

    async inspect() {
      line.talk().say({ type: 'inspect' })
    },

    wake: () => line.wake(),
    retry: () => line.retry(),
    close: () => line.close(),
  }

  void line.wake()
  return self
}
