import { bytesToHex as hex } from '@noble/hashes/utils.js'
import {
  type ControlMessage,
  DecodeError,
  type Header,
  type Message,
  PROTOCOL,
  ProtocolAbort,
  UsageError,
  decodeControl,
  decodeMessage,
  encodeMessage,
  selfTestRequest,
  standing,
  statusOf,
} from '@tandem/protocol'
import { ClientError } from './errors.ts'
import { encodeEvent } from './event.ts'
import { type Ceremony, type Made, openCeremony } from './ceremony.ts'
import type { Device, Parts } from './parts.ts'
import { readRequest } from './reading.ts'
import { checkReceipt, receiptOf } from './receipt.ts'
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

/** What happens on one connection with a paired device. */
export type Conversation = {
  /** Takes one message of the channel; answers go to `send`. One at a time, in order. */
  hear(header: Header, body: Uint8Array): Promise<void>
  /** The connection is over. */
  end(): Promise<void>
}

type Open = { record: WalletRecord; readonly signing: Signing }

/** Greets the device, then answers it. @throws when the store fails: the process must end. */
export async function converse(
  parts: Parts,
  device: Device,
  send: (said: Said) => void,
): Promise<Conversation> {
  const wallets = new Map<string, Open>()
  let ceremony: Ceremony | undefined
  for (const record of await walletsOf(parts.store, device.identityPk)) await openWallet(record)
  send(controlOf(await hello()))

  async function openWallet(record: WalletRecord): Promise<void> {
    const { wallet, active } = record
    if (!active) return
    const share = await loadShare(parts.keys, parts.store, wallet, active.epoch)
    if (!share) throw new Error('a wallet without its share')
    const signing = await openSigning(parts, wallet, share, {
      send: (message) => send(encodeMessage(message)),
      outcome: () => undefined,
      refused: (code, kind) => void refuse(new ClientError('bad-message', `${kind}: ${code}`)),
      async store(burned) {
        const row = await shareRow(parts.keys, parts.entropy, wallet, burned)
        await parts.store.commit({ rows: [row] })
      },
    })
    wallets.set(hex(wallet), { record, signing })
    if (!record.tested) await signing.tell({ type: 'approve', request: selfTestRequest(share) })
    await signing.tell({ type: 'connected', otNo: share.peers[0]?.ot.otNo ?? 0 })
  }

  async function hello(): Promise<ControlMessage> {
    const head = await parts.store.head()
    return {
      type: 'hello',
      app: parts.version,
      protocol: PROTOCOL,
      decoders: parts.decoders,
      wallets: [...wallets.values()].map(({ record }) => {
        const held = (name: typeof record.active) => name && { ...name, value: undefined }
        const epochs = {
          active: held(record.active),
          prepared: held(record.prepared),
          retired: held(record.retired),
        }
        const ot = epochs.active && {
          active: { ...epochs.active, epoch: 0 },
          prepared: undefined,
          retired: undefined,
        }
        const receipt = receiptOf(parts.root.receipts, head, record.active?.epoch ?? 0)
        return statusOf(record.wallet, standing(epochs, ot), receipt)
      }),
    }
  }

  async function refuse(error: ClientError): Promise<void> {
    const { code, message } = error
    await parts.store.commit({
      events: [
        encodeEvent({
          type: 'refused',
          at: parts.now().getTime(),
          device: device.identityPk,
          code,
          message,
        }),
      ],
    })
  }

  async function made({ record }: Made): Promise<void> {
    ceremony = undefined
    await openWallet(record)
  }

  async function hear(header: Header, body: Uint8Array): Promise<void> {
    try {
      await answer(header, body)
    } catch (error) {
      await refuse(toClientError(error))
    }
  }

  async function answer(header: Header, body: Uint8Array): Promise<void> {
    if (/^G\d$/.test(header.type)) {
      for (const said of (await ceremony?.hear(header, body)) ?? []) send(said)
      return
    }
    if (
      /^[FS]\d$/.test(header.type) ||
      ['abort', 'query', 'result', 'cancel'].includes(header.type)
    )
      return sign(decodeMessage(header, body))
    return control(decodeControl(header, body))
  }

  async function control(message: ControlMessage): Promise<void> {
    switch (message.type) {
      case 'hello':
        return greet(message)
      case 'propose': {
        const opened = openCeremony(parts, device, message, made)
        ceremony?.drop()
        ceremony = opened
        return send(controlOf(opened.agreed))
      }
      case 'request':
        return request(message)
      case 'dkg-ack':
        return
      case 'abort':
      case 'agree':
      case 'audit':
      case 'cancel':
      case 'checkpoint':
      case 'dkg-abort':
      case 'factor':
      case 'pair-rekey':
      case 'query':
      case 'receipt':
      case 'refuse':
      case 'result':
      case 'verdict':
        throw new ClientError('bad-message', `${message.type} is not for a co-signer now`)
    }
  }

  async function greet({ wallets: theirs }: Extract<ControlMessage, { type: 'hello' }>) {
    for (const { receipt } of theirs) {
      if (!receipt) continue
      const found = await checkReceipt(parts.root.receipts, parts.store, receipt)
      // SECURITY: an old copy of the store has forgotten what was signed and spent since. Test: test/signing.test.ts "a store that was set back is noticed by what the device remembers"
      if (found !== 'ok') throw new ClientError('rolled-back', `the device's receipt: ${found}`)
    }
  }

  async function request(message: Extract<ControlMessage, { type: 'request' }>): Promise<void> {
    const keyId = message.entries[0]?.keyId
    const open = [...wallets.values()].find(({ record }) =>
      record.keys.some((key) => keyId && hex(key.keyId) === hex(keyId)),
    )
    if (!open) throw new ClientError('unknown-wallet', 'no wallet of this device has this key')
    const chain = parts.chain(message.chain)
    if (!chain) throw new ClientError('unknown-chain', 'the chain is not set up here')
    const read = readRequest(message, open.record, chain)
    const at = parts.now()
    const { decision, rule, detail } = parts.policy({
      wallet: hex(open.record.wallet),
      explanation: read.explanation,
      warnings: read.warnings,
      at,
    })
    await parts.store.commit({
      events: [
        encodeEvent({
          type: 'decided',
          at: at.getTime(),
          wallet: open.record.wallet,
          requestId: message.requestId,
          chain: message.chain,
          account: message.account,
          payload: read.payload,
          decision,
          rule,
        }),
      ],
    })
    if (decision === 'allow') await open.signing.tell({ type: 'approve', request: read.request })
    send(
      controlOf({
        type: 'verdict',
        requestId: message.requestId,
        hash: read.hash,
        payload: read.payload,
        decision,
        rule,
        detail: new TextEncoder().encode(detail),
        expiresAt: BigInt(at.getTime() + APPROVED_MS),
      }),
    )
  }

  async function sign(message: Message): Promise<void> {
    const open = [...wallets.values()].find(({ record }) =>
      record.keys.some((key) => hex(key.keyId) === hex(message.keyId)),
    )
    if (!open) throw new ClientError('unknown-wallet', 'no wallet of this device has this key')
    await open.signing.tell({ type: 'message', message })
    await noteTest(open)
  }

  /** Once every key has signed its self-test, the wallet's addresses may be shown. */
  async function noteTest(open: Open): Promise<void> {
    const { record } = open
    if (record.tested || !record.active) return
    const share = await loadShare(parts.keys, parts.store, record.wallet, record.active.epoch)
    if (!share) return
    const test = open.signing.ledger().requests.get(hex(selfTestRequest(share).requestId))
    if (test?.entries.every(({ signature }) => signature !== undefined) !== true) return
    const tested = { ...record, tested: true }
    await parts.store.commit({
      rows: [
        {
          table: 'wallet',
          key: walletKey(device.identityPk, record.wallet),
          value: encodeWallet(tested),
        },
      ],
      events: [
        encodeEvent({
          type: 'epoch',
          at: parts.now().getTime(),
          wallet: record.wallet,
          device: device.identityPk,
          state: 'self-tested',
          epoch: record.active.epoch,
          tau: record.active.tau,
        }),
      ],
    })
    open.record = tested
  }

  // One message at a time: what a commit waits for must not be overtaken.
  let last: Promise<unknown> = Promise.resolve()
  return {
    hear(header, body) {
      const done = last.then(() => hear(header, body))
      last = done.catch(() => undefined)
      return done
    },
    async end() {
      await last
      ceremony?.drop()
      for (const { signing } of wallets.values()) await signing.tell({ type: 'disconnected' })
    },
  }
}

/** How long an allowed request waits for its first round. */
const APPROVED_MS = 5 * 60_000

function toClientError(error: unknown): ClientError {
  if (error instanceof ClientError) return error
  if (error instanceof DecodeError || error instanceof ProtocolAbort || error instanceof UsageError)
    return new ClientError('bad-message', error.message, error)
  throw error
}
