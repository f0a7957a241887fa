/**
 * A co-signer with very many wallets, made in bulk: one is real, the others have its record under other
 * names, and some of them a share of its size.
 */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { networks } from '@tandem/chains'
import { signCheckpoint } from '@tandem/protocol'
import { startWith } from '../../tests/daemon/daemon.ts'
import { type Kept, pairDevice } from '../../tests/daemon/test-device.ts'
import { keyFile } from '../src/adapters/key-wrap/key-file.ts'
import { sqlite } from '../src/adapters/stores/sqlite/sqlite.ts'
import { rowMac, sealRow } from '../src/core/authenticated.ts'
import { decodeRow, encodeRow } from '../src/core/encoding.ts'
import { contextOf } from '../src/core/envelope.ts'
import { encodeEvent } from '../src/core/event.ts'
import { eachRow } from '../src/core/log/each-row.ts'
import { openLog } from '../src/core/log/open-log.ts'
import { isOutside } from '../src/core/log/places.ts'
import { rootOf } from '../src/core/log/range.ts'
import { NO_ROWS, plus, stateOf, summand } from '../src/core/log/row-sum.ts'
import {
  CheckpointRow,
  EVERY,
  OldTipRow,
  ROOT_KEY,
  TIP_KEY,
  checkpointKey,
  nodeKey,
} from '../src/core/log/rows.ts'
import { follow } from '../src/core/log/walk.ts'
import { TOTAL, kinds, rowOf, viewKey } from '../src/core/projections/rows.ts'
import { openRoot } from '../src/core/root.ts'
import { walletKey, walletPage } from '../src/core/wallet-record.ts'
import { type Batch, type Store, type Table, tables } from '../src/ports/store.ts'
import { local } from '../test/daemon-in-process.ts'
import { transfer } from '../test/transfer.ts'

type Rows = NonNullable<Batch['rows']>[number][]

export type Million = {
  readonly home: string
  /** The device of the real wallet. */
  readonly kept: Kept
  readonly wallets: readonly Uint8Array[]
  readonly devices: readonly Uint8Array[]
}

/** Wallets of a device, and rows of a commit. */
const EACH = 10
const BATCH = 10_000

/** Makes it in a folder of its own: nothing may be there. */
export async function million(home: string, wallets: number, shares: number): Promise<Million> {
  const kept = await realWallet(home)
  const raw = sqlite(join(home, 'tandem.db'))
  const sealed = await raw.get('meta', ROOT_KEY)
  if (!sealed) throw new Error('it is set up')
  const keys = keyFile(join(home, 'key'))
  const root = await openRoot(keys, sealed)
  const made = await fill(raw, root, wallets, shares)
  // As a database of version 1, which is brought forward here.
  await openLog(raw, root, () => new Date())
  await keys.close()
  await raw.close()
  return { home, kept, ...made }
}

/** Those that are set up where nobody says which, and the one that is signed for. */
export const chains: readonly string[] = [
  ...networks.filter(({ test }) => !test).map(({ id }) => id),
  local.network.id,
]

async function realWallet(home: string): Promise<Kept> {
  const daemon = await startWith(home, { chains })
  try {
    const device = await pairDevice(daemon.link)
    await device.makeWallet()
    // An answer to this means that the test of its keys was heard.
    await device.ask(local, transfer(0n))
    await device.close()
    return device.kept
  } finally {
    await daemon.stop()
  }
}

async function fill(
  raw: Store,
  root: Awaited<ReturnType<typeof openRoot>>,
  count: number,
  shares: number,
): Promise<Pick<Million, 'wallets' | 'devices'>> {
  const log = await openLog(raw, root, () => new Date())
  const [record] = await walletPage(log.store)
  if (!record?.active) throw new Error('one real wallet')
  const side = (await log.store.list('view-0', { limit: 1 })).length > 0 ? 'view-0' : 'view-1'
  const totalKey = viewKey('total', TOTAL)
  const [total, share, wallet, address, device, asWallet, asDevice] = await Promise.all([
    log.store.get(side, totalKey),
    log.store.get('share', contextOf(record.wallet, record.active.epoch)),
    log.store.get('wallet', walletKey(record.device, record.wallet)),
    log.store.get('address', walletKey(record.device, record.wallet)),
    log.store.list('device').then(([row]) => row?.value),
    log.store.get(side, viewKey('wallet', record.wallet)),
    log.store.get(side, viewKey('device', record.device)),
  ])
  if (!total || !share || !wallet || !address || !device || !asWallet || !asDevice)
    throw new Error('rows of one real wallet')
  const noise = rowOf('device', asDevice).noisePk

  let sum = NO_ROWS
  const counted = (table: Table, key: Uint8Array, stored: Uint8Array) => {
    if (table !== 'sum' && !isOutside(table, key))
      sum = plus(sum, summand(root.rows, rowMac(stored)))
  }
  for (const table of tables)
    await eachRow(raw, table, new Uint8Array(0), (key, stored) => {
      if (table !== side || !same(key, totalKey)) counted(table, key, stored)
    })
  await raw.commit({ clear: [{ table: 'sum' }] })

  let { tip } = { tip: log.tip() }
  let rows: Rows = []
  let events: Uint8Array[] = []
  const put = (table: Table, key: Uint8Array, value: Uint8Array) => {
    const stored = sealRow(root.rows, table, key, value)
    counted(table, key, stored)
    rows.push({ table, key, value: stored })
  }
  const append = (body: Uint8Array) => {
    const next = follow(tip, body)
    tip = next.tip
    events.push(body)
    for (const node of next.nodes) put('tree', nodeKey(node), node.hash)
    const { length, peaks } = tip.range
    if (length % EVERY !== 0) return
    const at = Date.now()
    const unsigned = { length: BigInt(length), root: rootOf(tip.range), at: BigInt(at) }
    const { signature } = signCheckpoint(unsigned, root.identity)
    const checkpoint = { length, hash: tip.hash, peaks: [...peaks], at, signature }
    put('checkpoint', checkpointKey(length), encodeRow(CheckpointRow, checkpoint))
  }
  const flush = async () => {
    await raw.commit({ rows, events })
    rows = []
    events = []
  }

  const wallets: Uint8Array[] = []
  const devices: Uint8Array[] = []
  const { sid, tau } = record.active
  for (let at = 0; at < count; at += 1) {
    // In order, so that each row comes after the last one of its table.
    const name = placed(at, count)
    const known = devices.at(-1)
    const owner = at % EACH === 0 || !known ? placed(at, count) : known
    if (at % EACH === 0) {
      devices.push(owner)
      const other = placed(at, count)
      const named = (row: Uint8Array) => replaced(row, [record.device, owner], [noise, other])
      put('device', other, named(device))
      put(side, viewKey('device', owner), named(asDevice))
    }
    const ceremony = placed(at, count)
    wallets.push(name)
    const named = [record.wallet, name] as const
    put(
      'wallet',
      walletKey(owner, name),
      replaced(wallet, named, [record.device, owner], [sid, ceremony]),
    )
    put('address', walletKey(owner, name), address)
    put('sid', ceremony, walletKey(owner, name))
    put(side, viewKey('wallet', name), replaced(asWallet, [record.device, owner]))
    if (at < shares) put('share', contextOf(name, record.active.epoch), share)
    const what = { state: 'self-tested', epoch: record.active.epoch, tau } as const
    append(encodeEvent({ type: 'epoch', at: Date.now(), wallet: name, device: owner, ...what }))
    if (rows.length >= BATCH) await flush()
  }
  const before = decodeRow(kinds.total.row, total)
  const after = {
    ...before,
    length: tip.range.length,
    wallets: before.wallets + wallets.length,
    devices: before.devices + devices.length,
    events: { ...before.events, epoch: (before.events['epoch'] ?? 0) + count },
  }
  put(side, totalKey, encodeRow(kinds.total.row, after))
  await flush()
  const { length, peaks } = tip.range
  const state = stateOf(root.rows, sum)
  const last = { length, hash: tip.hash, peaks: [...peaks], rows: sum.rows, state }
  const value = sealRow(root.rows, 'meta', TIP_KEY, encodeRow(OldTipRow, last))
  await raw.commit({ rows: [{ table: 'meta', key: TIP_KEY, value }] })
  return { wallets, devices }
}

/** A random name, the later the greater. */
function placed(at: number, count: number): Uint8Array {
  const name = Uint8Array.from(randomBytes(32))
  new DataView(name.buffer).setUint32(0, Math.floor((at / count) * 2 ** 32))
  return name
}

/** A row with other names in it, of the same length. */
function replaced(
  row: Uint8Array,
  ...names: readonly (readonly [Uint8Array, Uint8Array])[]
): Uint8Array {
  const out = Buffer.from(row)
  for (const [from, to] of names)
    for (let at = out.indexOf(from); at >= 0; at = out.indexOf(from, at + to.length))
      out.set(to, at)
  return Uint8Array.from(out)
}

const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0
