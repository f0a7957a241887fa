import { bytesToHex } from '@noble/curves/utils.js'
import { type Prevout, execute } from '../../../packages/chains/test/bitcoin/interpreter.ts'
import {
  type Tx,
  decodeTx,
  encodeTx,
  txidOf,
  virtualSize,
} from '../../../packages/chains/test/bitcoin/wire.ts'

/** A transaction that the ledger knows, in a block once it has a height. */
export type Entry = {
  readonly id: string
  readonly raw: Uint8Array
  readonly tx: Tx
  readonly fee: bigint
  height?: number
}

/** An output that nothing known spends. */
export type Unspent = { readonly entry: Entry; readonly vout: number; readonly amount: bigint }

/** A refusal, in the words of Bitcoin Core. */
export class Rejected extends Error {
  override readonly name = 'Rejected'
}

/**
 * A chain with one miner: a UTXO set, and a mempool that runs every script and keeps the rules of
 * replacement (BIP-125), minimum fee and dust.
 */
export function ledger() {
  const entries = new Map<string, Entry>()
  /** By outpoint: which transaction spends it. */
  const spenders = new Map<string, string>()
  let height = 100
  let faucets = 0

  function add(entry: Entry): void {
    entries.set(entry.id, entry)
    for (const input of entry.tx.inputs) spenders.set(outpoint(input), entry.id)
  }

  function accept(raw: Uint8Array): Entry {
    const tx = decode(raw)
    const id = txidOf(tx)
    const known = entries.get(id)
    if (known?.height !== undefined) throw new Rejected('Transaction outputs already in utxo set')
    if (known) return known

    const prevouts = tx.inputs.map((input) => prevoutOf(input))
    const verdict = execute(raw, prevouts)
    if (!verdict.valid)
      throw new Rejected(`mandatory-script-verify-flag-failed (${verdict.reason})`)
    const entry: Entry = { id, raw, tx, fee: verdict.fee }
    if (tx.outputs.some(isDust)) throw new Rejected('dust')
    if (entry.fee < BigInt(virtualSize(tx))) throw new Rejected('min relay fee not met')
    replace(entry)
    add(entry)
    return entry
  }

  function prevoutOf(input: { readonly txid: string; readonly vout: number }): Prevout {
    const output = entries.get(input.txid)?.tx.outputs[input.vout]
    const spender = entries.get(spenders.get(outpoint(input)) ?? '')
    if (!output || spender?.height !== undefined)
      throw new Rejected('bad-txns-inputs-missingorspent')
    return output
  }

  /** BIP-125: rules 1 to 4. */
  function replace(entry: Entry): void {
    const direct = new Set(entry.tx.inputs.map((input) => spenders.get(outpoint(input)) ?? ''))
    direct.delete('')
    if (direct.size === 0) return
    const evicted = [...direct].flatMap((id) => [id, ...descendants(id)])
    const old = [...new Set(evicted)].flatMap((id) => entries.get(id) ?? [])
    const replaced = old.filter(({ id }) => direct.has(id))
    if (!replaced.every(({ tx }) => tx.inputs.some(({ sequence }) => sequence < 0xfffffffe)))
      throw new Rejected('txn-mempool-conflict')
    const before = new Set(replaced.flatMap(({ tx }) => tx.inputs.map(outpoint)))
    const unconfirmed = entry.tx.inputs.filter(
      (input) => !before.has(outpoint(input)) && entries.get(input.txid)?.height === undefined,
    )
    if (unconfirmed.length > 0) throw new Rejected('replacement-adds-unconfirmed')
    const fees = old.reduce((sum, { fee }) => sum + fee, 0n)
    if (entry.fee < fees + BigInt(virtualSize(entry.tx)))
      throw new Rejected('insufficient fee, rejecting replacement')
    for (const { id } of old) remove(id)
  }

  function descendants(id: string): string[] {
    const children = [...entries.values()].filter(({ tx }) =>
      tx.inputs.some((input) => input.txid === id),
    )
    return children.flatMap((child) => [child.id, ...descendants(child.id)])
  }

  function remove(id: string): void {
    for (const input of entries.get(id)?.tx.inputs ?? []) spenders.delete(outpoint(input))
    entries.delete(id)
  }

  return {
    get height() {
      return height
    },
    accept,
    find: (id: string): Entry | undefined => entries.get(id),
    entries: (): Entry[] => [...entries.values()],
    /** Puts everything that waits into the next block. */
    mine(blocks = 1): void {
      height += 1
      for (const entry of entries.values()) entry.height ??= height
      height += blocks - 1
    },
    /** Pays out of nothing, so that there is something to spend: in the next block, or at once in the last. */
    fund(script: Uint8Array, amount: bigint, confirmed = false): Entry {
      faucets += 1
      const tx: Tx = {
        version: 2,
        inputs: [
          {
            txid: faucets.toString(16).padStart(64, 'f'),
            vout: 0,
            scriptSig: new Uint8Array(),
            sequence: 0xffffffff,
            witness: [],
          },
        ],
        outputs: [{ amount, script }],
        lockTime: 0,
      }
      const entry: Entry = { id: txidOf(tx), raw: encodeTx(tx), tx, fee: 0n }
      if (confirmed) entry.height = height
      add(entry)
      return entry
    },
    unspent(script: Uint8Array): Unspent[] {
      const wanted = bytesToHex(script)
      return [...entries.values()].flatMap((entry) =>
        entry.tx.outputs.flatMap((output, vout) =>
          bytesToHex(output.script) === wanted && !spenders.has(`${entry.id}:${vout}`)
            ? [{ entry, vout, amount: output.amount }]
            : [],
        ),
      )
    },
  }
}

function decode(raw: Uint8Array): Tx {
  try {
    return decodeTx(raw)
  } catch {
    throw new Rejected('TX decode failed. Make sure the tx has at least one input.')
  }
}

function outpoint({ txid, vout }: { readonly txid: string; readonly vout: number }): string {
  return `${txid}:${vout}`
}

/** Less than it costs to spend at 3 satoshi for each virtual byte. */
function isDust({ amount, script }: Prevout): boolean {
  if (script[0] === 0x6a) return false
  const witness = script.length >= 4 && (script[0] === 0 || (script[0] ?? 0) > 0x50)
  const spend = witness && script[1] === script.length - 2 ? 67 : 148
  return amount < BigInt(3 * (9 + script.length + spend))
}
