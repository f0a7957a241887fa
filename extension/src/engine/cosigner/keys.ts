/** This machine's shares: which are in use, how others take their place, and what is signed with them. */
import {
  type Hedged,
  type Mark,
  type Ristretto,
  type SigningRequest,
  decodeMessage,
  derive,
  equalBytes,
  mayBeSigned,
  phraseSecret,
  selfTestRequest,
  standingIn,
  wipe,
} from '@tandem/protocol'
import { bytesToHex } from '@noble/hashes/utils.js'
import type { Box } from '../ports/box.ts'
import type { Clock } from '../ports/clock.ts'
import type { Disk } from '../ports/disk.ts'
import { asCosignerError } from './connection.ts'
import { CosignerError } from './error.ts'
import { type Pair, type Wallet, loadWallet, saveWallet, walletRow } from './kept.ts'
import { commitMarks, loadLedger } from './ledger.ts'
import type { Line, Packet } from './link.ts'
import { type From, type Making, makeShares } from './making.ts'
import { renewLink } from './renewing.ts'
import { settle } from './settling.ts'
import { type Progress, type Signing, openSigning } from './signing.ts'
import type { Control, Talk } from './talk.ts'
import { wipeSetup, wipeShare } from './wipe.ts'

export type KeysParts = {
  readonly disk: Disk
  readonly box: Box
  readonly clock: Clock
  readonly entropy: (length: number) => Uint8Array
  readonly hedged: Hedged
  readonly group: () => Promise<Ristretto>
  readonly roundTripMs: () => number
  /** @throws {CosignerError} `no-wallet` */
  readonly pair: () => Pair
}

export type Keys = {
  wallet(): Wallet | undefined
  /** @throws {CosignerError} `no-wallet` */
  keyAt(suite: 1 | 2 | 3, path: readonly number[]): Uint8Array
  /** The link is closed after a check that failed: from when on another one may be made. */
  burned(): { readonly notBefore: number; readonly times: number } | undefined
  /** The generation of the co-signer, when it was heard of last. */
  theirs(): number | undefined
  /** Brings both machines together, and signs over this line from now on. @throws {CosignerError} `lost` */
  meet(
    line: Line,
    talk: Talk,
    peer: Pick<Pair, 'identity' | 'cosigner'>,
    hello: Control<'hello'>,
  ): Promise<void>
  lost(): void
  round(packet: Packet): Promise<void>
  /** The co-signer says that its setup is burned, or another one. */
  apart(notBefore: number): void
  /**
   * New keys, or the test of those that there are. Proven when it resolves.
   *
   * @throws {CosignerError} `other-words`: there is a wallet, and these words are not its half.
   */
  make(talk: Talk, words: string | undefined, progress: (step: Making) => void): Promise<Wallet>
  refresh(talk: Talk, progress: (step: Making) => void): Promise<void>
  /** @throws {CosignerError} `too-early` */
  renew(talk: Talk): Promise<void>
  /** What a request was signed with before: the co-signer need not be there for it. */
  kept(request: SigningRequest): Promise<readonly Uint8Array[] | undefined>
  /** @throws {CosignerError} */
  sign(
    request: SigningRequest,
    progress: (progress: Progress) => void,
  ): Promise<readonly Uint8Array[]>
  cancel(requestId: Uint8Array): void
  /** {@link Signing.stop} */
  stop(requestId: Uint8Array): Promise<boolean>
}

export async function openKeys(parts: KeysParts): Promise<Keys> {
  const { disk, box, clock, hedged } = parts
  let wallet = await loadWallet(disk, box)
  let signing: Signing | undefined
  let line: Line | undefined
  /** The epoch of the co-signer, and the highest number of an OT setup that either told on this line. */
  let theirEpoch: number | undefined
  let highestOtNo = 0
  let isApart: { readonly notBefore: number } | undefined
  let isChanging = false

  function walletOf(): Wallet {
    if (!wallet) throw new CosignerError('no-wallet', 'there is no wallet yet')
    return wallet
  }

  async function keep(next: Wallet): Promise<void> {
    const before = wallet
    await saveWallet(disk, box, next)
    wallet = next
    if (before?.retired && !next.retired) wipeShare(before.retired.value)
  }

  async function signer(): Promise<Signing> {
    if (signing) return signing
    const keepBurned = async () => saveWallet(disk, box, walletOf())
    const own = { disk, clock, hedged, roundTripMs: parts.roundTripMs, keep: keepBurned }
    signing = await openSigning(own, walletOf().active.value)
    signing.attach(line)
    return signing
  }

  /**
   * Another share or OT setup takes the place of the one in use. It is one transaction with the record
   * of what was signed, in which everything that was open ends.
   */
  async function change(next: Wallet): Promise<void> {
    const before = wallet
    await signing?.close()
    signing = undefined
    const { epoch } = next.active
    const otNo = next.ot?.active?.epoch ?? 0
    const ledger = await loadLedger(disk, { epoch, otNo })
    const isLater = before !== undefined && before.active.epoch !== epoch
    const open = [...ledger.requests.values()].filter(
      ({ cancelled, entries }) =>
        !cancelled && !entries.every(({ signature }) => signature) && !entries.some(mayBeSigned),
    )
    const marks: Mark[] = [
      { type: 'rekeyed', epoch, otNo },
      // What was allowed for the shares before is asked for again.
      ...(isLater ? open : []).map(
        ({ request: { requestId } }) => ({ type: 'cancelled', requestId }) as const,
      ),
    ]
    await commitMarks(disk, ledger, marks, [walletRow(box, next)])
    wallet = next
    isApart = undefined
    if (before && !isLater) wipeSetup(before.active.value)
  }

  async function changing<T>(work: () => Promise<T>): Promise<T> {
    requireStill()
    isChanging = true
    try {
      return await work()
    } catch (cause) {
      throw asCosignerError(cause)
    } finally {
      isChanging = false
    }
  }

  function requireStill(): void {
    // Said at once; the signer is closed meanwhile, too, and takes nothing.
    if (isChanging) throw new CosignerError('busy', 'the keys of this wallet are changing')
  }

  async function makeFrom(talk: Talk, from: From, progress: (step: Making) => void) {
    const made = await makeShares(talk, parts.pair(), from, {
      hedged,
      group: await parts.group(),
      instanceId: parts.entropy(16),
      now: () => clock.now(),
      keep: change,
      progress,
    })
    await keep({ ...made, retired: undefined, ceremony: undefined })
    theirEpoch = made.active.epoch
    await (await signer()).tell({ type: 'connected', otNo: 0 })
  }

  /** Whoever asks again, because they did not hear how it ended, asks with the same words. */
  async function requireHalf({ half }: Wallet, words: string): Promise<void> {
    const group = await parts.group()
    const secret = phraseSecret(group, words)
    const own = group.timesBase(secret)
    wipe(secret)
    // SECURITY: who is told that it is done keeps these words, and they must be those that bring it back. Test: src/engine/cosigner/making-again.test.ts "a wallet is not said to be made with words that are not its half"
    if (!half || !equalBytes(half, own))
      throw new CosignerError('other-words', 'there is a wallet already, with other words')
  }

  /** Every key signs once: only then is it known that both machines have them. */
  async function prove(): Promise<void> {
    const { active } = walletOf()
    await (await signer()).sign(selfTestRequest(active.value), () => undefined)
    const now = walletOf()
    if (now.active === active) await keep({ ...now, tested: true, retired: undefined })
  }

  return {
    wallet: () => wallet,
    keyAt(suite, path) {
      const key = walletOf().active.value.keys.find((one) => one.suite === suite)
      if (!key) throw new CosignerError('no-wallet', `the wallet has no key of suite ${suite}`)
      return derive(suite, key.publicKey, key.chainCode, path).publicKey
    },
    burned() {
      const pair = signing?.ledger().pair
      if (!isApart && pair?.otState !== 'BURNED') return undefined
      return { notBefore: isApart?.notBefore ?? 0, times: pair?.burns ?? 1 }
    },
    theirs: () => theirEpoch,

    async meet(on, talk, peer, hello) {
      isApart = undefined
      const first = wallet?.active.value.keys[0]
      const theirs = first && standingIn(hello, first.keyId)
      theirEpoch = theirs?.active?.epoch
      highestOtNo = Math.max(highestOf(wallet?.ot), highestOf(theirs?.ot))
      const settled = await settle(talk, peer, wallet, hello)
      theirEpoch = settled.wallet?.active.epoch
      if (settled.isApart) isApart ??= { notBefore: 0 }
      line = on
      const { wallet: next } = settled
      if (!next) return
      if (settled.isOther) await change(next)
      else if (isOther(next, walletOf())) await keep(next)
      const own = await signer()
      own.attach(on)
      await own.tell({ type: 'connected', otNo: settled.otNo })
      // New shares that were not proven yet are; what goes wrong is tried again on the next line.
      if (!next.tested && next.active.epoch > 0) prove().catch(() => undefined)
    },

    lost() {
      line = undefined
      signing?.attach(undefined)
      // One that is closed is over already.
      signing?.tell({ type: 'disconnected' }).catch(() => undefined)
    },

    round: async ({ header, body }) =>
      signing?.tell({ type: 'message', message: decodeMessage(header, body) }),

    apart(notBefore) {
      isApart = { notBefore }
    },

    make: (talk, words, progress) =>
      changing(async () => {
        if (wallet && words !== undefined) await requireHalf(wallet, words)
        else if (wallet?.tested === true)
          throw new CosignerError('busy', 'there is a wallet already')
        if (!wallet) await makeFrom(talk, { words }, progress)
        if (!walletOf().tested) await prove()
        return walletOf()
      }),

    refresh: (talk, progress) =>
      changing(async () => {
        await makeFrom(talk, { before: walletOf() }, progress)
        await prove()
      }),

    renew: (talk) =>
      changing(async () => {
        const group = await parts.group()
        const otNo = highestOtNo + 1
        const made = await renewLink(talk, parts.pair(), walletOf(), otNo, {
          hedged,
          group,
          keep,
          notBefore(time) {
            isApart = { notBefore: time }
          },
        })
        await change(made)
        highestOtNo = otNo
        await (await signer()).tell({ type: 'connected', otNo })
      }),

    kept: async (request) => (wallet ? (await signer()).kept(request) : undefined),

    async sign(request, progress) {
      requireStill()
      return (await signer()).sign(request, progress)
    },

    cancel(requestId) {
      // What was never approved here is not known to the signer.
      if (signing?.ledger().requests.has(bytesToHex(requestId)) === true)
        void signing.tell({ type: 'cancel', requestId })
    },

    stop: async (requestId) =>
      signing?.ledger().requests.has(bytesToHex(requestId)) === true && signing.stop(requestId),
  }
}

type Names = {
  readonly active: { epoch: number } | undefined
  readonly prepared: { epoch: number } | undefined
}

const highestOf = (ot: Names | undefined): number =>
  Math.max(ot?.active?.epoch ?? 0, ot?.prepared?.epoch ?? 0)

const isOther = (a: Wallet, b: Wallet): boolean =>
  a.retired !== b.retired || a.ceremony !== b.ceremony || a.ot?.prepared !== b.ot?.prepared
