/** The half of the wallet in a browser, without one: a real line to a real co-signer. */
import { randomBytes } from 'node:crypto'
import { DECODERS, type PublicKeyAt, account, network } from '@tandem/chains'
import { evm, messagePayload } from '@tandem/chains/evm'
import { transfer } from '../../daemon/test/transfer.ts'
import { readyRistretto } from '../ristretto.ts'
import { memoryDisk } from '../../extension/src/engine/adapters/memory-disk.ts'
import { timers } from '../../extension/src/engine/adapters/timers.ts'
import { webSocket } from '../../extension/src/engine/adapters/web-socket.ts'
import type { Asked } from '../../extension/src/engine/cosigner/asking.ts'
import {
  type Cosigner,
  type CosignerParts,
  openCosigner,
} from '../../extension/src/engine/cosigner/cosigner.ts'
import { readPairingLink } from '../../extension/src/engine/cosigner/pairing-link.ts'

export const chain = evm(network('eip155:31337'))

export const fresh = (length: number): Uint8Array => Uint8Array.from(randomBytes(length))

/** A box that seals nothing: what is under test is what is inside. */
const box: CosignerParts['box'] = {
  seal: (_name, plain) => Uint8Array.from(plain),
  open: (_name, sealed) => Uint8Array.from(sealed),
}

/** What a browser has; a test says what is otherwise. */
export function partsOf(otherwise: Partial<CosignerParts> = {}): CosignerParts {
  return {
    disk: memoryDisk(),
    box,
    openSocket: webSocket,
    entropy: fresh,
    clock: timers,
    group: async () => (await readyRistretto()).group,
    version: '0.0.0',
    decoders: Uint8Array.from(Buffer.from(DECODERS, 'hex')),
    ...otherwise,
  }
}

/** Pairs by a link, and makes a wallet. */
export async function withWallet(link: string, parts = partsOf()): Promise<Cosigner> {
  const cosigner = await openCosigner(parts)
  await cosigner.pair(linkOf(link))
  await cosigner.makeWallet(undefined, () => undefined)
  return cosigner
}

export function linkOf(text: string) {
  const link = readPairingLink(text)
  if (!link) throw new Error('no pairing link')
  return link
}

export const payloadOf = (what: string | bigint): Uint8Array =>
  typeof what === 'bigint' ? transfer(what) : messagePayload(new TextEncoder().encode(what))

/** A request of the first account: a message, or a transaction with a number of its own. */
export function asks(cosigner: Pick<Cosigner, 'keyAt' | 'wallet'>, what: string | bigint): Asked {
  const payload = payloadOf(what)
  const own = account(chain.network.id, 0, chain.addresses(cosigner.keyAt, 0))
  const keys = cosigner.wallet()?.active.value.keys ?? []
  const entries = chain
    .read(payload, own)
    .digests()
    .map(({ index, suite, path, message }) => {
      const key = keys.find((one) => one.suite === suite)
      if (!key) throw new Error('no key')
      return { index, suite, keyId: key.keyId, path, message }
    })
  return { requestId: fresh(16), payload, chain: chain.network.id, account: own.id, entries }
}

/** Asks, and signs if it is allowed. */
export async function signs(cosigner: Cosigner, what: string | bigint): Promise<Uint8Array> {
  const asked = asks(cosigner, what)
  const verdict = await cosigner.ask(asked)
  if (verdict.decision !== 'allow') throw new Error(`${verdict.decision}: ${verdict.rule}`)
  const [signature] = await cosigner.sign(asked, () => undefined)
  if (!signature) throw new Error('no signature')
  return signature
}

export const addressOf = ({ keyAt }: { readonly keyAt: PublicKeyAt }): string =>
  chain.addresses(keyAt, 0)[0]?.address ?? ''

/** How the wallet is called at its co-signer. */
export const nameOf = (cosigner: Cosigner): string => cosigner.view().shares?.wallet ?? ''
