/** What two machines do that lost each other's last messages. PROTOCOL.md, "Reconnecting". */
import {
  COSIGNER,
  DEVICE,
  type Held,
  type CertifiedOt,
  NO_EPOCHS,
  type WalletShare,
  acceptAbort,
  activate,
  answerN4,
  forget,
  giveUp,
  headerOf,
  ownCert,
  reconcile,
  signAbort,
  standing,
  standingIn,
  withOtSetup,
} from '@tandem/protocol'
import { ed25519 } from '@noble/curves/ed25519.js'
import { CosignerError } from './error.ts'
import type { Pair, Wallet } from './kept.ts'
import { heardOf } from './making.ts'
import type { Control, Talk } from './talk.ts'

/** What came of it. */
export type Settled = {
  readonly wallet: Wallet | undefined
  /** The number of the co-signer's OT setup. */
  readonly otNo: number
  /** Both have another OT setup: no ECDSA before the next one is made. */
  readonly isApart: boolean
  /** Another share or another OT setup than before is in use. */
  readonly isOther: boolean
}

/** Where this machine stands with its wallet. */
export const standingOf = (wallet: Wallet | undefined) =>
  wallet
    ? standing({ ...NO_EPOCHS, active: wallet.active }, wallet.ot)
    : standing(NO_EPOCHS, undefined)

/**
 * Brings both machines to one epoch and one OT setup again, now that both have said where they stand.
 * What it returns is to be kept before anything else is said.
 *
 * @throws {CosignerError} `lost` one of them has an epoch that the other never heard of.
 */
export async function settle(
  talk: Talk,
  { identity, cosigner }: Pick<Pair, 'identity' | 'cosigner'>,
  wallet: Wallet | undefined,
  hello: Control<'hello'>,
): Promise<Settled> {
  const peer = { id: COSIGNER, identityPk: cosigner.identityPk }
  const sign = (message: Uint8Array) => ed25519.sign(message, identity)

  function abort(sid: Uint8Array): void {
    const epochs = wallet ? { ...NO_EPOCHS, active: wallet.active } : NO_EPOCHS
    const signature = signAbort(epochs, DEVICE, sid, sign)
    talk.say({ type: 'dkg-abort', from: DEVICE, sid, signature })
  }

  if (!wallet) {
    for (const { active, prepared } of hello.wallets) {
      // SECURITY: who makes new keys beside a wallet that it lost shows addresses that hold nothing. Test: src/engine/cosigner/settling.test.ts "a wallet that only the co-signer has is not made anew"
      if (active) throw new CosignerError('lost', 'the co-signer has a wallet of this browser')
      if (prepared) abort(prepared.sid)
    }
    return { wallet, otNo: 0, isApart: false, isOther: false }
  }

  const [first] = wallet.active.value.keys
  if (!first) throw new Error('a wallet has keys')
  const theirs = standingIn(hello, first.keyId)
  const otNo = theirs.ot?.active?.epoch ?? 0
  const what = reconcile(standingOf(wallet), theirs)
  const same = { wallet, otNo, isApart: false, isOther: false }
  switch (what.kind) {
    case 'in-step':
      return { ...same, wallet: { ...wallet, retired: undefined, ceremony: undefined } }
    case 'send-cert': {
      if (what.of === 'ot' || !wallet.ceremony) break
      const about = { requestId: wallet.ceremony, epoch: wallet.active.epoch }
      const header = headerOf('G5', DEVICE, COSIGNER, about)
      talk.send({ header, body: ownCert(wallet.active.value) })
      await heardOf(talk, cosigner, wallet)
      return { ...same, wallet: { ...wallet, retired: undefined, ceremony: undefined }, otNo: 0 }
    }
    case 'send-abort':
      abort(what.sid)
      return same
    case 'await-cert': {
      const { prepared } = wallet.ot ?? {}
      if (!prepared) break
      const { body } = await talk.next(({ header }) => header.type === 'N4')
      return {
        wallet: withSetup(wallet, answerN4(prepared, peer, body)),
        otNo: prepared.epoch,
        isApart: false,
        isOther: true,
      }
    }
    case 'await-abort': {
      if (!wallet.ot) break
      const { signature } = await talk.hear('dkg-abort')
      const ot = acceptAbort(wallet.ot, peer, signature).epochs
      return { ...same, wallet: { ...wallet, ot } }
    }
    case 'rekey':
      return {
        ...same,
        wallet: { ...wallet, ...(wallet.ot && { ot: giveUp(wallet.ot).epochs }) },
        isApart: true,
      }
    case 'lost':
  }
  throw new CosignerError('lost', 'the two machines lost each other')
}

/** The wallet with an OT setup that both machines have certified. */
export function withSetup(wallet: Wallet, made: Held<CertifiedOt>): Wallet {
  if (!wallet.ot) throw new Error('a wallet without ECDSA has no OT setup')
  const value: WalletShare = withOtSetup(wallet.active.value, COSIGNER, made.value.setup)
  return {
    ...wallet,
    active: { ...wallet.active, value },
    ot: forget(activate(wallet.ot, made).epochs).epochs,
  }
}
