/** What a browser keeps of its co-signer: who it is, and this machine's half of the keys. */
import {
  type CertifiedOt,
  type DhKeys,
  type Epochs,
  type Held,
  type Pinned,
  type SignedState,
  type WalletShare,
  bigint,
  bytes,
  decodeRow,
  decodeShare,
  dhKeys,
  encodeRow,
  encodeShare,
  firstOt,
  someBytes,
  wipe,
  COSIGNER,
} from '@tandem/protocol'
import * as z from 'zod'
import type { Box } from '../ports/box.ts'
import type { Disk } from '../ports/disk.ts'

/** The two machines: our keys, and who the co-signer is. */
export type Pair = {
  /** Ed25519: signs certificates. */
  readonly identity: Uint8Array
  readonly noise: DhKeys
  /** Mixed into every random value of a session. */
  readonly hedge: Uint8Array
  readonly cosigner: Pinned
  /** Host and port, as the pairing link said. */
  readonly address: string
}

/** The wallet of a pair. */
export type Wallet = {
  readonly active: Held<WalletShare>
  readonly ot: Epochs<CertifiedOt> | undefined
  /** Every key has signed: addresses may be shown. */
  readonly tested: boolean
}

const Receipt = z.strictObject({
  counter: bigint,
  state: bytes(32),
  epoch: z.int(),
  mac: bytes(32),
})
export type Receipt = z.infer<typeof Receipt>

/** What this browser saw of the co-signer's log: it must not go back behind either. */
export type Witness = {
  readonly receipt: Receipt | undefined
  readonly checkpoint: SignedState | undefined
}

const PairRow = z.strictObject({
  identity: bytes(32),
  noise: bytes(32),
  hedge: bytes(32),
  cosigner: z.strictObject({ id: z.int(), identityPk: bytes(32), noisePk: bytes(32) }),
  address: z.string(),
})

const Name = { epoch: z.int(), sid: bytes(32), tau: bytes(32) }
const WalletRow = z.strictObject({ ...Name, share: someBytes, tested: z.boolean() })
const WitnessRow = z.strictObject({
  receipt: Receipt.optional(),
  checkpoint: z
    .strictObject({ length: bigint, root: bytes(32), at: bigint, signature: bytes(64) })
    .optional(),
})

const PAIR = 'pair'
const WALLET = 'wallet'
const WITNESS = 'witness'

export async function loadPair(disk: Disk, box: Box): Promise<Pair | undefined> {
  const sealed = await disk.get(PAIR)
  if (!sealed) return undefined
  const plain = box.open(PAIR, sealed)
  const { noise, ...rest } = decodeRow(PairRow, plain)
  wipe(plain)
  return { ...rest, noise: dhKeys(noise) }
}

export async function savePair(disk: Disk, box: Box, pair: Pair): Promise<void> {
  const { identity, noise, hedge, cosigner, address } = pair
  const plain = encodeRow(PairRow, {
    identity,
    noise: noise.secret,
    hedge,
    cosigner: { id: cosigner.id, identityPk: cosigner.identityPk, noisePk: cosigner.noisePk },
    address,
  })
  await disk.write([{ name: PAIR, value: box.seal(PAIR, plain) }])
  wipe(plain)
}

export async function loadWallet(disk: Disk, box: Box): Promise<Wallet | undefined> {
  const sealed = await disk.get(WALLET)
  if (!sealed) return undefined
  const plain = box.open(WALLET, sealed)
  const { share, tested, ...name } = decodeRow(WalletRow, plain)
  const active = { ...name, value: decodeShare(share) }
  wipe(plain, share)
  return { active, ot: firstOt(active, COSIGNER), tested }
}

export async function saveWallet(disk: Disk, box: Box, wallet: Wallet): Promise<void> {
  const { active, tested } = wallet
  const { epoch, sid, tau, value } = active
  const share = encodeShare(value)
  const plain = encodeRow(WalletRow, { epoch, sid, tau, share, tested })
  await disk.write([{ name: WALLET, value: box.seal(WALLET, plain) }])
  wipe(plain, share)
}

export async function loadWitness(disk: Disk): Promise<Witness> {
  const row = await disk.get(WITNESS)
  const { receipt, checkpoint } = row ? decodeRow(WitnessRow, row) : {}
  return { receipt, checkpoint }
}

export async function saveWitness(disk: Disk, { receipt, checkpoint }: Witness): Promise<void> {
  const value = encodeRow(WitnessRow, {
    ...(receipt && { receipt }),
    ...(checkpoint && { checkpoint }),
  })
  await disk.write([{ name: WITNESS, value }])
}
