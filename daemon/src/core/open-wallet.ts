import { bytesToHex } from '@noble/hashes/utils.js'
import {
  type Message,
  type WalletShare,
  encodeMessage,
  forget,
  selfTestRequest,
} from '@tandem/protocol'
import { type Accounts, accounts } from './accounts.ts'
import { onMarks } from './on-marks.ts'
import { encodeEvent } from './event.ts'
import { KeyWrapError } from '../ports/key-wrap.ts'
import { refuse } from './limits/refuse.ts'
import type { Parts } from './parts.ts'
import { burnRows, pairRekey } from './re-ot-consent.ts'
import { receiptOf } from './receipt.ts'
import { type Said, controlOf } from './say.ts'
import { type Signing, openSigning } from './signing.ts'
import {
  type ChangeWallet,
  type WalletRecord,
  epochsOf,
  erasedShare,
  loadShare,
  shareRow,
  withEpochs,
} from './wallet-record.ts'

/** A wallet whose share is in memory. */
export type OpenWallet = {
  readonly record: () => WalletRecord
  readonly accounts: Accounts
  readonly signing: Signing
  /** Where its messages go; nothing while its device is away. */
  attach(send: ((said: Said) => void) | undefined): void
  /** To its device, if that is connected. */
  say(said: Said): void
  /** Notes that every key has signed its self-test, once it has. */
  noteTest(): Promise<void>
}

/** Answers after which our log is longer than the device knows. */
const moves = new Set<Message['kind']>(['F2', 'F4', 'S2'])

/** Unseals the share of the active epoch, and begins to sign with it. */
export async function openWallet(
  parts: Parts,
  change: ChangeWallet,
  first: WalletRecord,
): Promise<OpenWallet> {
  let record = first
  const { wallet, active } = record
  const share = active && (await loadShare(parts.keys, parts.store, wallet, active.epoch))
  if (!share) throw new Error('an active wallet without its share')
  let send: ((said: Said) => void) | undefined
  const test = selfTestRequest(share)
  const hasSetup = share.peers.some(({ ot }) => ot.asSender.delta.some((byte) => byte !== 0))
  const signing = await openSigning(parts, wallet, share, {
    async send(message) {
      send?.(encodeMessage(message))
      if (moves.has(message.kind)) send?.(await receiptFor(message))
    },
    rows: async (marks, after) => [
      ...(await onMarks(parts, wallet, marks)),
      ...burnRows(wallet, marks, after, parts.now()),
    ],
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
      await refuse(parts, record.device, { code, message: kind })
    },
    async store(burned) {
      await keepBurned(burned)
      const { epoch, otNo } = signing.ledger().pair
      send?.(controlOf(await pairRekey(parts, wallet, { epoch, otNo: otNo + 1 })))
    },
  })
  // Left over where the key was away, or the power, when it was burned.
  if (hasSetup && signing.ledger().pair.otState === 'BURNED') await keepBurned(share)
  if (!record.tested) await signing.tell({ type: 'approve', request: test })

  /** The marks of the burn are durable: what cannot be erased now is erased when it is opened next. */
  async function keepBurned(burned: WalletShare): Promise<void> {
    try {
      const row = await shareRow(parts.keys, parts.entropy, wallet, burned)
      await parts.store.commit({ rows: [row] })
    } catch (error) {
      if (!(error instanceof KeyWrapError)) throw error
    }
  }

  /** What the device keeps for us, so that an older copy of our disk is noticed. */
  async function receiptFor({ requestId, index, attempt }: Message): Promise<Said> {
    const head = await parts.store.head()
    const receipt = receiptOf(parts.root.receipts, wallet, head, active?.epoch ?? 0)
    return controlOf({ type: 'receipt', requestId, index, attempt, receipt })
  }

  async function noteTest(): Promise<void> {
    if (record.tested || !active) return
    const found = signing.ledger().requests.get(bytesToHex(test.requestId))
    if (found?.entries.every(({ signature }) => signature !== undefined) !== true) return
    const { device } = record
    await change(device, wallet, async (now) => {
      if (now?.active?.epoch !== active.epoch || now.tested) return undefined
      // The device signs in this epoch: it does not go back.
      const { epochs, erase } = forget(epochsOf(now))
      record = withEpochs({ ...now, tested: true }, epochs)
      const at = parts.now().getTime()
      const { epoch, tau } = active
      return {
        record,
        rows: erase ? [erasedShare(wallet, erase.epoch)] : [],
        events: [
          { type: 'epoch', at, wallet, device, state: 'self-tested', epoch, tau },
          ...(erase ? [{ type: 'erased', at, wallet, epoch: erase.epoch } as const] : []),
        ],
      }
    })
  }

  return {
    record: () => record,
    accounts: accounts(record.keys),
    signing,
    attach(next) {
      send = next
    },
    say: (said) => send?.(said),
    noteTest,
  }
}
