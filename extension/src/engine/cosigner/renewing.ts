import {
  COSIGNER,
  DEVICE,
  H,
  type Hedged,
  type Ristretto,
  answerN2,
  answerN4,
  decodeControl,
  headerOf,
  prepare,
  reOtContext,
  startReOt,
} from '@tandem/protocol'
import { ed25519 } from '@noble/curves/ed25519.js'
import { CosignerError } from './error.ts'
import type { Pair, Wallet } from './kept.ts'
import { withSetup } from './settling.ts'
import type { Talk } from './talk.ts'

/**
 * Makes a fresh OT setup in the place of one that is burned: the link is renewed.
 *
 * @param otNo later than every number that either machine told on this line.
 * @param keep makes it durable that one waits for the co-signer's certificate, before ours leaves.
 * @returns the wallet with it, to be kept before anything is signed.
 * @throws {CosignerError} `too-early` before a person at the co-signer has allowed it, and time went by.
 */
export async function renewLink(
  talk: Talk,
  { identity, cosigner }: Pair,
  wallet: Wallet,
  otNo: number,
  {
    hedged,
    group,
    keep,
    notBefore,
  }: {
    readonly hedged: Hedged
    readonly group: Ristretto
    readonly keep: (wallet: Wallet) => Promise<void>
    /** From when on the co-signer takes one: milliseconds since 1970. */
    readonly notBefore: (time: number) => void
  },
): Promise<Wallet> {
  const share = wallet.active.value
  const [first] = share.keys
  if (!first || !wallet.ot) throw new CosignerError('no-wallet', 'this wallet has no ECDSA key')
  const sign = (message: Uint8Array) => ed25519.sign(message, identity)
  const about = { epoch: share.epoch, attempt: otNo, keyId: first.keyId }
  const input = { share, peer: COSIGNER, otNo, sign }
  const rng = (answered: Uint8Array) => hedged(H('hedge', reOtContext(input), answered))
  const send = (type: 'N1' | 'N3', body: Uint8Array) =>
    talk.send({ header: headerOf(type, DEVICE, COSIGNER, about), body })

  const { state, n1 } = startReOt(input, rng(new Uint8Array(8)), group)
  send('N1', n1)
  const { header, body } = await talk.next(
    ({ header: { type } }) => type === 'N2' || type === 'pair-rekey',
  )
  if (header.type === 'pair-rekey') {
    const told = decodeControl(header, body)
    if (told.type === 'pair-rekey') notBefore(Number(told.notBefore))
    throw new CosignerError('too-early', 'a person at the co-signer has not agreed since')
  }
  const { prepared, n3 } = answerN2(state, body, rng(body))
  const waiting = { ...wallet, ot: prepare(wallet.ot, prepared) }
  await keep(waiting)
  send('N3', n3)
  const n4 = await talk.next((packet) => packet.header.type === 'N4')
  return withSetup(waiting, answerN4(prepared, cosigner, n4.body))
}
