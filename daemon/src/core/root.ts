import { concatBytes } from '@noble/hashes/utils.js'
import { type DhKeys, dhKeys, wipe } from '@tandem/protocol'
import type { Entropy } from '../ports/entropy.ts'
import type { KeyWrap } from '../ports/key-wrap.ts'
import { contextOf, seal, unseal } from './envelope.ts'
import { forgetMac } from './keyed-mac.ts'

/** The daemon's own secrets. Sealed like a share; in memory only while it is unsealed. */
export type Root = {
  /** Ed25519: signs certificates and the log's checkpoints. */
  readonly identity: Uint8Array
  /** X25519: the static key of the encrypted channel. */
  readonly noise: DhKeys
  /** Mixed into every random value of a session. */
  readonly hedge: Uint8Array
  /** Authenticates the rows of the store. */
  readonly rows: Uint8Array
  /** Authenticates the receipts that a device keeps for us. */
  readonly receipts: Uint8Array
}

const PART = 32
const PARTS = 5
export const ROOT_CONTEXT = contextOf('root')

/** Draws the secrets of a daemon that is set up for the first time. @returns them, sealed. */
export async function newRoot(keys: KeyWrap, entropy: Entropy): Promise<Uint8Array> {
  const secret = concatBytes(...Array.from({ length: PARTS }, () => entropy.bytes(PART)))
  try {
    return await seal(keys, entropy, secret, ROOT_CONTEXT)
  } finally {
    wipe(secret)
  }
}

/** @throws {KeyWrapError} */
export async function openRoot(keys: Pick<KeyWrap, 'unwrap'>, blob: Uint8Array): Promise<Root> {
  const secret = await unseal(keys, blob, ROOT_CONTEXT)
  const part = (at: number) => secret.slice(at * PART, (at + 1) * PART)
  const root = {
    identity: part(0),
    noise: dhKeys(part(1)),
    hedge: part(2),
    rows: part(3),
    receipts: part(4),
  }
  wipe(secret)
  return root
}

/** For who opened it only to change how it is kept. */
export function wipeRoot({ identity, noise, hedge, rows, receipts }: Root): void {
  forgetMac(rows)
  wipe(identity, noise.secret, hedge, rows, receipts)
}
