import {
  COSIGNER,
  DEVICE,
  type DhKeys,
  type Entry,
  type Hedged,
  NO_EPOCHS,
  PROTOCOL,
  type Ristretto,
  type Standing,
  decodeControl,
  decodeMessage,
  derive,
  dhKeys,
  equalBytes,
  hedgedRng,
  identityCard,
  payloadHash,
  reconcile,
  requestHash,
  selfTestRequest,
  standing,
  standingIn,
  statusOf,
} from '@tandem/protocol'
import { bytesToHex } from '@noble/hashes/utils.js'
import type { Box } from '../ports/box.ts'
import type { Disk } from '../ports/disk.ts'
import { CosignerError } from './error.ts'
import {
  type Pair,
  type Wallet,
  type Witness,
  loadPair,
  loadWallet,
  loadWitness,
  savePair,
  saveWallet,
  saveWitness,
} from './kept.ts'
import { type Line, type Network, connect } from './link.ts'
import { type Making, makeWallet } from './making.ts'
import type { PairingLink } from './pairing-link.ts'
import { type Progress, type Signing, openSigning } from './signing.ts'
import { type Control, type Talk, isNewer, talk } from './talk.ts'
import { requireSame } from './verdict.ts'

export type CosignerParts = Network & {
  readonly disk: Disk
  readonly box: Box
  readonly group: () => Promise<Ristretto>
  /** Names this program and the code that reads requests. */
  readonly version: string
  readonly decoders: Uint8Array
}

/** How it stands with the co-signer. */
export type Status =
  | { readonly state: 'none' }
  | { readonly state: 'connecting'; readonly address: string }
  | { readonly state: 'away'; readonly address: string; readonly since: number }
  | {
      readonly state: 'ready'
      readonly address: string
      readonly version: string
      readonly roundTripMs: number
    }
  /** Nothing is signed before its person has decided. */
  | { readonly state: 'fault'; readonly address: string; readonly code: CosignerError['code'] }

/** What is asked of the co-signer: the request itself, and what both must find in it. */
export type Asked = {
  /** 16 bytes, of one intent of one person. */
  readonly requestId: Uint8Array
  readonly payload: Uint8Array
  /** CAIP-2. */
  readonly chain: string
  /** CAIP-10. */
  readonly account: string
  readonly entries: readonly Entry[]
  readonly origin?: string
  readonly replaces?: Uint8Array
}

export type Verdict = Control<'verdict'>

/** The co-signer, seen from this browser: one pair of machines, one wallet. */
export type Cosigner = {
  status(): Status
  /** @returns how to stop. */
  watch(tell: (status: Status) => void): () => void
  wallet(): Wallet | undefined
  /** Meets a new co-signer. @throws {CosignerError} `away`, `other`, `version` */
  pair(link: PairingLink): Promise<void>
  /** Makes the keys, and proves them. @throws {CosignerError} */
  makeWallet(words: string | undefined, progress: (step: Making) => void): Promise<Wallet>
  /** The public key of a path of the wallet. @throws {CosignerError} `no-wallet` */
  keyAt(suite: 1 | 2 | 3, path: readonly number[]): Uint8Array
  /** Asks for a verdict. @throws {CosignerError} */
  ask(asked: Asked): Promise<Verdict>
  /** Every signature of an allowed request. @throws {CosignerError} */
  sign(asked: Asked, progress: (progress: Progress) => void): Promise<readonly Uint8Array[]>
  cancel(requestId: Uint8Array): void
  /** Shows a second factor. @throws {CosignerError} */
  prove(asked: Asked, proof: Control<'factor'>['proof']): Promise<Verdict>
  /** Tries again now, if it is not there. */
  wake(): void
  close(): void
}

/** The first pause before another try to connect, and the longest. */
const FIRST_MS = 500
const LONGEST_MS = 30_000

/** How long a verdict may take: policies read, they do not ponder. */
const VERDICT_MS = 15_000

/** Opens what is kept and, where there is a pair, goes on trying to be connected. */
export async function openCosigner(parts: CosignerParts): Promise<Cosigner> {
  const { disk, box, clock, entropy } = parts
  let pair = await loadPair(disk, box)
  let wallet = pair && (await loadWallet(disk, box))
  let witness: Witness = await loadWitness(disk)
  let signing: Signing | undefined
  let current: { readonly line: Line; readonly talk: Talk } | undefined
  let status: Status = { state: 'none' }
  let pause = FIRST_MS
  let stopWaiting: (() => void) | undefined
  let isClosed = false
  let roundTrip = 50
  const watchers = new Set<(status: Status) => void>()
  const incarnation = entropy(16)

  const hedged: Hedged = (bind) =>
    hedgedRng({ key: pairOf().hedge, os64: entropy(64), bootCounter: 0n, incarnation }, bind)

  function pairOf(): Pair {
    if (!pair) throw new CosignerError('no-wallet', 'no co-signer is paired')
    return pair
  }

  function walletOf(): Wallet {
    if (!wallet) throw new CosignerError('no-wallet', 'there is no wallet yet')
    return wallet
  }

  function set(next: Status): void {
    status = next
    for (const tell of watchers) tell(next)
  }

  async function keepWitness(next: Witness): Promise<void> {
    await saveWitness(disk, next)
    witness = next
  }

  const mine = (): Standing =>
    wallet
      ? standing({ ...NO_EPOCHS, active: wallet.active }, wallet.ot)
      : standing(NO_EPOCHS, undefined)

  function fault(error: CosignerError): void {
    set({ state: 'fault', address: pair?.address ?? '', code: error.code })
    current?.line.close()
  }

  /** Greets on a fresh line. @throws {CosignerError} */
  async function greet(line: Line, meets: Talk): Promise<Control<'hello'>> {
    const share = wallet?.active.value
    const first = share?.keys[0]
    const asked = clock.now()
    meets.say({
      type: 'hello',
      app: parts.version,
      protocol: PROTOCOL,
      decoders: parts.decoders,
      wallets: first ? [statusOf(first.keyId, mine(), witness.receipt)] : [],
    })
    const hello = await meets.hear('hello')
    roundTrip = clock.now() - asked
    // SECURITY: two programs that read a request differently do not sign the same thing. Test: src/engine/cosigner/cosigner.test.ts "a co-signer with other decoders is not asked"
    if (hello.protocol !== PROTOCOL || !equalBytes(hello.decoders, parts.decoders))
      throw new CosignerError('version', `the co-signer is version ${hello.app}`)
    const [theirs] = hello.wallets
    if (theirs?.receipt && isNewer(theirs.receipt, witness.receipt))
      await keepWitness({ ...witness, receipt: theirs.receipt })
    if (share && first) {
      const what = reconcile(mine(), standingIn(hello, first.keyId))
      if (what.kind === 'lost')
        throw new CosignerError('rollback', 'the two machines lost each other')
      signing ??= await openSigning(signingParts(), share)
      signing.attach(line)
      const { ot } = standingIn(hello, first.keyId)
      await signing.tell({ type: 'connected', otNo: ot?.active?.epoch ?? 0 })
    }
    meets.say({ type: 'audit', length: witness.checkpoint?.length ?? 0n })
    return hello
  }

  function signingParts() {
    return {
      disk,
      clock,
      hedged,
      roundTripMs: () => roundTrip,
      keep: async () => {
        if (wallet) await saveWallet(disk, box, wallet)
      },
    }
  }

  /** Connects to the co-signer that is paired, or is about to be. */
  async function dialOn(
    to: Pick<Pair, 'address' | 'noise' | 'cosigner'> | PairingTerms,
  ): Promise<Pair['cosigner']> {
    let meets: Talk | undefined
    const early: Parameters<Talk['take']>[0][] = []
    const terms =
      'secret' in to
        ? ({
            kind: 'pairing',
            me: DEVICE,
            peer: COSIGNER,
            keys: to.noise,
            secret: to.secret,
            card: identityCard(DEVICE, to.identity, to.noise.publicKey),
          } as const)
        : ({
            kind: 'session',
            me: DEVICE,
            peer: COSIGNER,
            keys: to.noise,
            peerNoisePk: to.cosigner.noisePk,
          } as const)
    const { line, pinned } = await connect(parts, to.address, terms, {
      packet: (packet) => (meets ? meets.take(packet) : early.push(packet)),
      closed: () => lost(meets),
    })
    const cosigner = pinned ?? ('cosigner' in to ? to.cosigner : undefined)
    if (!cosigner) throw new Error('a pairing pins its peer')
    if ('expected' in to && !equalBytes(cosigner.identityPk, to.expected)) {
      line.close()
      throw new CosignerError('other', 'another co-signer answered than the link names')
    }
    meets = talk(line, {
      cosigner,
      witness: () => witness,
      keep: keepWitness,
      round: async ({ header, body }) =>
        signing?.tell({ type: 'message', message: decodeMessage(header, body) }),
      unasked: async () => undefined,
      fault,
    })
    current = { line, talk: meets }
    for (const packet of early) meets.take(packet)
    try {
      const hello = await greet(line, meets)
      const { address } = to
      set({ state: 'ready', address, version: hello.app, roundTripMs: roundTrip })
      pause = FIRST_MS
      return cosigner
    } catch (error) {
      line.close()
      throw error
    }
  }

  function lost(talked: Talk | undefined): void {
    talked?.end()
    if (talked && current?.talk !== talked) return
    current = undefined
    signing?.attach(undefined)
    void signing?.tell({ type: 'disconnected' })
    if (isClosed || !pair) return
    if (status.state !== 'away' && status.state !== 'fault')
      set({ state: 'away', address: pair.address, since: clock.now() })
    again()
  }

  function again(): void {
    if (isClosed || stopWaiting || status.state === 'fault') return
    const [byte = 0] = entropy(1)
    // Jitter: browsers that lost a co-signer at once do not come back at once.
    const ms = pause * (0.5 + byte / 512)
    pause = Math.min(LONGEST_MS, pause * 2)
    stopWaiting = clock.after(ms, () => {
      stopWaiting = undefined
      void reconnect()
    })
  }

  async function reconnect(): Promise<void> {
    if (isClosed || current || !pair) return
    try {
      await dialOn(pair)
    } catch (error) {
      if (error instanceof CosignerError && error.code !== 'away') return fault(error)
      if (!(error instanceof CosignerError)) throw error
    }
  }

  function meetsNow(): Talk {
    if (status.state === 'fault')
      throw new CosignerError(status.code, 'signing is stopped until you decide')
    if (!current) throw new CosignerError('away', 'the co-signer does not answer')
    return current.talk
  }

  async function verdictOf({ requestId, payload, entries }: Asked): Promise<Verdict> {
    const hash = requestHash(entries)
    const meets = meetsNow()
    let stop: (() => void) | undefined
    const late = new Promise<never>((_resolve, reject) => {
      stop = clock.after(VERDICT_MS, () =>
        reject(new CosignerError('timeout', 'no verdict came in time')),
      )
    })
    try {
      const answer = meets.next(
        ({ header }) => header.type === 'verdict' && equalBytes(header.requestId, requestId),
      )
      const { header, body } = await Promise.race([answer, late])
      const verdict = decodeControl(header, body)
      requireSame(verdict, hash, payloadHash(payload))
      return verdict
    } finally {
      stop?.()
    }
  }

  const self: Cosigner = {
    status: () => status,
    watch(tell) {
      watchers.add(tell)
      return () => watchers.delete(tell)
    },
    wallet: () => wallet,

    async pair({ address, identityPk, secret }) {
      if (pair) throw new CosignerError('busy', 'a co-signer is paired already')
      const identity = entropy(32)
      const noise = dhKeys(entropy(32))
      const hedge = entropy(32)
      const terms = { address, identity, noise, secret, expected: identityPk }
      set({ state: 'connecting', address })
      try {
        const cosigner = await dialOn(terms)
        pair = { identity, noise, hedge, cosigner, address }
        await savePair(disk, box, pair)
      } catch (error) {
        current?.line.close()
        set({ state: 'none' })
        throw error
      }
    },

    async makeWallet(words, progress) {
      if (wallet?.tested) throw new CosignerError('busy', 'there is a wallet already')
      const meets = meetsNow()
      if (!wallet) {
        wallet = await makeWallet(meets, pairOf(), words, {
          hedged,
          group: await parts.group(),
          instanceId: entropy(16),
          progress,
          keep: (made) => saveWallet(disk, box, made),
        })
      }
      const share = wallet.active.value
      signing ??= await openSigning(signingParts(), share)
      signing.attach(current?.line)
      await signing.tell({ type: 'connected', otNo: 0 })
      await signing.sign(selfTestRequest(share), () => undefined)
      wallet = { ...wallet, tested: true }
      await saveWallet(disk, box, wallet)
      return wallet
    },

    keyAt(suite, path) {
      const key = walletOf().active.value.keys.find((one) => one.suite === suite)
      if (!key) throw new CosignerError('no-wallet', `the wallet has no key of suite ${suite}`)
      return derive(suite, key.publicKey, key.chainCode, path).publicKey
    },

    async ask(asked) {
      const { requestId, payload, chain, account, entries, origin, replaces } = asked
      const meets = meetsNow()
      const verdict = verdictOf(asked)
      meets.say(
        {
          type: 'request',
          requestId,
          payload,
          chain,
          account,
          entries: entries.map(({ index, suite, keyId, path }) => ({
            index,
            suite,
            keyId,
            path: [...path],
          })),
          hash: requestHash(entries),
          ...(origin !== undefined && { origin }),
          ...(replaces && { replaces }),
        },
        requestId,
      )
      return verdict
    },

    async sign({ requestId, entries }, progress) {
      meetsNow()
      if (!signing) throw new CosignerError('no-wallet', 'there is no wallet yet')
      return signing.sign({ requestId, entries }, progress)
    },

    cancel(requestId) {
      current?.talk.say({ type: 'cancel', requestId }, requestId)
      // What was never approved here is not known to the signer.
      if (signing?.ledger().requests.has(bytesToHex(requestId)) === true)
        void signing.tell({ type: 'cancel', requestId })
    },

    async prove(asked, proof) {
      const meets = meetsNow()
      const verdict = verdictOf(asked)
      meets.say({ type: 'factor', requestId: asked.requestId, proof }, asked.requestId)
      return verdict
    },

    wake() {
      stopWaiting?.()
      stopWaiting = undefined
      pause = FIRST_MS
      void reconnect()
    },

    close() {
      isClosed = true
      stopWaiting?.()
      current?.line.close()
    },
  }

  if (pair) {
    set({ state: 'connecting', address: pair.address })
    void reconnect()
  }
  return self
}

type PairingTerms = {
  readonly address: string
  readonly identity: Uint8Array
  readonly noise: DhKeys
  readonly secret: Uint8Array
  /** The identity that the link names. */
  readonly expected: Uint8Array
}
