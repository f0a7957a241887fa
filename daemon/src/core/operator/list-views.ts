/** What lists show, page by page. */
import * as z from 'zod'
import { time } from './time.ts'

export const DeviceView = z.strictObject({
  id: z.string(),
  name: z.string(),
  pairedAt: time,
  revokedAt: time.optional(),
})
export type DeviceView = z.infer<typeof DeviceView>
/** Where a list goes on; absent at its end. */
const next = { next: z.string().optional() }
export const Devices = z.strictObject({ devices: z.array(DeviceView), ...next })
export type Devices = z.infer<typeof Devices>

export const WalletView = z.strictObject({
  id: z.string(),
  device: z.string(),
  /**
   * - `making`    both sides have not certified it yet
   * - `untested`  not every key has signed
   * - `set-back`  the store was an older copy: nothing is signed before its shares are new
   * - `lost`      the same, and its device came with shares that are newer
   */
  state: z.enum(['making', 'untested', 'ready', 'set-back', 'lost', 'revoked']),
  generation: z.int().optional(),
  createdAt: time,
  /** The first address on each chain that is set up; none before the wallet is ready. */
  addresses: z.array(z.strictObject({ chain: z.string(), name: z.string(), address: z.string() })),
})
export type WalletView = z.infer<typeof WalletView>
export const Wallets = z.strictObject({ wallets: z.array(WalletView), ...next })
export type Wallets = z.infer<typeof Wallets>

/** A request that waits for a second factor, as it was read here from its own bytes. */
export const Pending = z.strictObject({
  id: z.string(),
  wallet: z.string(),
  chain: z.string(),
  network: z.string(),
  account: z.string(),
  /** What the device says: its word. */
  origin: z.string().optional(),
  at: time,
  until: time,
  level: z.enum(['routine', 'check', 'high', 'unreadable']),
  warnings: z.array(z.strictObject({ level: z.string(), code: z.string(), text: z.string() })),
  /** What it does, one sentence a step. */
  does: z.array(z.string()),
  /** What stands beside the sentences, in full. */
  facts: z.array(z.strictObject({ name: z.string(), value: z.string() })),
  rule: z.string(),
  reason: z.string(),
})
export type Pending = z.infer<typeof Pending>
export const PendingList = z.strictObject({ pending: z.array(Pending), ...next })
export type PendingList = z.infer<typeof PendingList>
