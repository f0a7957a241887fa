import { bytesToHex } from '@noble/hashes/utils.js'
import { type Message, encodeMessage, selfTestRequest } from '@tandem/protocol'
import { type Accounts, accounts } from './accounts.ts'
import { onMarks } from './approvals.ts'
import { encodeEvent } from './event.ts'
import type { Parts } from './parts.ts'
import { receiptOf } from './receipt.ts'
import { type Said, controlOf } from './say.ts'
import { type Signing, openSigning } from './signing.ts'
import {
  type WalletRecord,
  encodeWallet,
  loadShare,
  shareRow,
  walletKey,
  walletsOf,
} from './wallet-record.ts'

/** A wallet whose share is in memory. */
export type OpenWallet = {
  readonly record: () => WalletRecord
  readonly accounts: Accounts
  readonly signing: Signing
  /** Where its messages go; nothing while its device is away. */
  attach(send: ((said: Said) => void) | undefined): void
  /** Notes that every key has signed its self-test, once it has. */
  noteTest(): Promise<void>
}

/** The wallets that are open in this process: one signer each, whoever is connected. */
export type Wallets = {
  /** Every active wallet of a device, opened. */
  of(device: Uint8Array): Promise<OpenWallet[]>
}

export function wallets(parts: Parts): Wallets {
  const opened = new Map<string, Promise<OpenWallet>>()

  return {
    async of(device) {
      const records = await walletsOf(parts.store, device)
      const open: Promise<OpenWallet>[] = []
      for (const record of records) {
        if (!record.active) continue
        const name = `${bytesToHex(record.wallet)}/${record.active.epoch}`
        const found = opened.get(name) ?? openWallet(parts, record)
        opened.set(name, found)
        open.push(found)
      }
      return Promise.all(open)
    },
  }
}

/** Answers after which our log is longer than the device knows. */
const moves = new Set<Message['kind']>(['F2', 'F4', 'S2'])

async function openWallet(parts: Parts, first: WalletRecord): Promise<OpenWallet> {
  let record = first
  const { wallet, active } = record
  const share = active && (await loadShare(parts.keys, parts.store, wallet, active.epoch))
  if (!share) throw new Error('an active wallet without its share')
  let send: ((said: Said) => void) | undefined
  const test = selfTestRequest(share)
  const signing = await openSigning(parts, wallet, share, {
    async send(message) {
      send?.(encodeMessage(message))
      if (moves.has(message.kind)) send?.(await receiptFor(message))
    },
    rows: (marks) => onMarks(parts, wallet, marks),
    async outcome(id, outcome) {
      if (outcome.phase === 'Complete') return
      await parts.store.commit({
        events: [
          encodeEvent({
            type: 'aborted',
            at: parts.now().getTime(),
            wallet,
            requestId: id.requestId,
            index: id.index,
            attempt: id.attempt,
            code: outcome.code,
            ...(outcome.culprit !== undefined && { culprit: outcome.culprit }),
          }),
        ],
      })
    },
    async refused(code, kind) {
      const event = {
        type: 'refused',
        at: parts.now().getTime(),
        device: record.device,
        code,
        message: kind,
      } as const
      await parts.store.commit({ events: [encodeEvent(event)] })
    },
    async store(burned) {
      const row = await shareRow(parts.keys, parts.entropy, wallet, burned)
      await parts.store.commit({ rows: [row] })
    },
  })
  if (!record.tested) await signing.tell({ type: 'approve', request: test })

  /** What the device keeps for us, so that an older copy of our disk is noticed. */
  async function receiptFor({ requestId, index, attempt }: Message): Promise<Said> {
    const head = await parts.store.head()
    const receipt = receiptOf(parts.root.receipts, head, share?.epoch ?? 0)
    return controlOf({ type: 'receipt', requestId, index, attempt, receipt })
  }

  async function noteTest(): Promise<void> {
    if (record.tested || !record.active) return
    const found = signing.ledger().requests.get(bytesToHex(test.requestId))
    if (found?.entries.every(({ signature }) => signature !== undefined) !== true) return
    record = { ...record, tested: true }
    const { device, active: name } = record
    await parts.store.commit({
      rows: [{ table: 'wallet', key: walletKey(device, wallet), value: encodeWallet(record) }],
      events: [
        encodeEvent({
          type: 'epoch',
          at: parts.now().getTime(),
          wallet,
          device,
          state: 'self-tested',
          epoch: name?.epoch ?? 0,
          tau: name?.tau ?? new Uint8Array(32),
        }),
      ],
    })
  }

  return {
    record: () => record,
    accounts: accounts(record.keys),
    signing,
    attach(next) {
      send = next
    },
    noteTest,
  }
}
