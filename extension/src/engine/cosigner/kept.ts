/** What a browser keeps of its co-signer: who it is, and this machine's half of the keys. */
import {
  type CertifiedOt,
  type DhKeys,
  type Epochs,
  type Held,
  type Pinned,
  type OtSetup,
  type PartyId,
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
  DEVICE,
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

/** The wallet of a pair. This machine certifies an epoch last, so that it never only prepares one. */
export type Wallet = {
  readonly active: Held<WalletShare>
  /** The epoch before, until the co-signer is known to have the active one too. */
  readonly retired: Held<WalletShare> | undefined
  /** The ceremony whose last message the co-signer may not have heard: it is sent again. */
  readonly ceremony: Uint8Array | undefined
  readonly ot: Epochs<CertifiedOt> | undefined
  /** Every key has signed in the active epoch. */
  readonly tested: boolean
  /** When these shares were made: milliseconds since 1970. */
  readonly since: number
  /** The public key of this machine's half of the recovery phrase: whether words are that half. */
  readonly half?: Uint8Array | undefined
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
const EpochRow = z.strictObject({ ...Name, share: someBytes })
const SetupRow = z.strictObject({
  k0: bytes(4096),
  k1: bytes(4096),
  delta: bytes(16),
  k: bytes(4096),
})
const WalletRow = z.strictObject({
  active: EpochRow,
  retired: EpochRow.optional(),
  ceremony: bytes(16).optional(),
  /** The OT setup of the active share, where it is not the one that came with it. */
  ot: z.strictObject(Name).optional(),
  /** One that waits for the co-signer's certificate. */
  preparedOt: z
    .strictObject({ ...Name, setup: SetupRow, cert: bytes(64), peerMessage: bytes(32) })
    .optional(),
  tested: z.boolean(),
  since: z.int(),
  half: bytes(32).optional(),
})
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
  const row = decodeRow(WalletRow, plain)
  const active = heldOf(row.active)
  const wallet = {
    active,
    retired: row.retired && heldOf(row.retired),
    ceremony: row.ceremony,
    ot: otOf(active, row),
    tested: row.tested,
    since: row.since,
    half: row.half,
  }
  wipe(plain)
  return wallet
}

/** The row of a wallet, sealed: for a transaction with others. */
export function walletRow(box: Box, wallet: Wallet): { name: string; value: Uint8Array } {
  const { active, retired, ceremony, ot, tested, since, half } = wallet
  const rows = [active, ...(retired ? [retired] : [])].map(({ epoch, sid, tau, value }) => ({
    epoch,
    sid,
    tau,
    share: encodeShare(value),
  }))
  const [first, before] = rows
  if (!first) throw new Error('a wallet has an epoch')
  const used = ot?.active
  const next = ot?.prepared
  const cert = next?.value.certs.get(DEVICE)
  const plain = encodeRow(WalletRow, {
    active: first,
    ...(before && { retired: before }),
    ...(ceremony && { ceremony }),
    ...(used && used.epoch > 0 && { ot: { epoch: used.epoch, sid: used.sid, tau: used.tau } }),
    ...(next &&
      cert && {
        preparedOt: {
          epoch: next.epoch,
          sid: next.sid,
          tau: next.tau,
          setup: {
            ...next.value.setup.asReceiver,
            ...next.value.setup.asSender,
          },
          cert,
          peerMessage: next.value.peerMessage,
        },
      }),
    tested,
    since,
    ...(half && { half }),
  })
  const value = box.seal(WALLET, plain)
  wipe(plain, ...rows.map(({ share }) => share))
  return { name: WALLET, value }
}

export async function saveWallet(disk: Disk, box: Box, wallet: Wallet): Promise<void> {
  await disk.write([walletRow(box, wallet)])
}

function heldOf({ share, ...name }: z.infer<typeof EpochRow>): Held<WalletShare> {
  const held = { ...name, value: decodeShare(share) }
  wipe(share)
  return held
}

function otOf(
  active: Held<WalletShare>,
  { ot, preparedOt }: z.infer<typeof WalletRow>,
): Epochs<CertifiedOt> | undefined {
  const setup = active.value.peers.find(({ id }) => id === COSIGNER)?.ot
  if (!setup) return undefined
  // What certified it has been checked, and is asked for by nobody any more.
  const value = { setup, certs: new Map<PartyId, Uint8Array>(), peerMessage: new Uint8Array(0) }
  const first = ot ? { ...ot, value } : firstOt(active, COSIGNER)?.active
  return {
    active: first,
    prepared: preparedOt && preparedOf(preparedOt),
    retired: undefined,
  }
}

function preparedOf({
  setup: { k0, k1, delta, k },
  cert,
  peerMessage,
  ...name
}: NonNullable<z.infer<typeof WalletRow>['preparedOt']>): Held<CertifiedOt> {
  const setup: OtSetup = {
    otNo: name.epoch,
    asReceiver: { k0, k1 },
    asSender: { delta, k },
  }
  return { ...name, value: { setup, certs: new Map([[DEVICE, cert]]), peerMessage } }
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
