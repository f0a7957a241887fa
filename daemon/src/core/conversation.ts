import { bytesToHex as hex, utf8ToBytes } from '@noble/hashes/utils.js'
import {
  type ControlMessage,
  DecodeError,
  type Header,
  PROTOCOL,
  ProtocolAbort,
  UsageError,
  decodeControl,
  decodeMessage,
  payloadHash,
  standing,
  statusOf,
} from '@tandem/protocol'
import { decide, expire, release } from './approvals.ts'
import { type Ceremony, openCeremony } from './ceremony.ts'
import { loadDecision } from './decision.ts'
import { ClientError } from './errors.ts'
import { encodeEvent } from './event.ts'
import { auditing } from './log/auditing.ts'
import type { Device, Parts } from './parts.ts'
import { checkReceipt, receiptOf } from './receipt.ts'
import { type Said, controlOf } from './say.ts'
import type { WalletRecord } from './wallet-record.ts'
import type { OpenWallet, Wallets } from './wallets.ts'

/** What happens on one connection with a paired device. */
export type Conversation = {
  /** Takes one message of the channel; answers go to `send`. One at a time, in order. */
  hear(header: Header, body: Uint8Array): Promise<void>
  /** The connection is over. */
  end(): Promise<void>
}

type Control<T extends ControlMessage['type']> = Extract<ControlMessage, { type: T }>

/** Messages that belong to the rounds of a signature. */
const signing = new Set<Header['type']>(['F1', 'F3', 'S1', 'abort', 'query', 'result'])

/** Greets the device, then answers it. @throws when the store fails: the process must end. */
export async function converse(
  parts: Parts,
  registry: Wallets,
  device: Device,
  send: (said: Said) => void,
): Promise<Conversation> {
  let open: OpenWallet[] = []
  let ceremony: Ceremony | undefined
  const audit = auditing(parts, (message) => send(controlOf(message)))
  await openAll()
  send(controlOf(await hello()))

  async function openAll(): Promise<void> {
    open = await registry.of(device.identityPk)
    for (const wallet of open) wallet.attach(send)
  }

  async function hello(): Promise<ControlMessage> {
    const head = await parts.store.head()
    return {
      type: 'hello',
      app: parts.version,
      protocol: PROTOCOL,
      decoders: parts.decoders,
      wallets: open.map(({ record }) => {
        const { wallet, active } = record()
        const receipt = receiptOf(parts.root.receipts, head, active?.epoch ?? 0)
        return statusOf(wallet, standingOf(record()), receipt)
      }),
    }
  }

  /** The wallet of this device that has a key. */
  function walletWith(keyId: Uint8Array | undefined): OpenWallet {
    const name = keyId && hex(keyId)
    const found = open.find(({ record }) => record().keys.some((key) => hex(key.keyId) === name))
    if (!found) throw new ClientError('unknown-wallet', 'this device has no wallet with this key')
    return found
  }

  async function answer(header: Header, body: Uint8Array): Promise<void> {
    if (/^G\d$/.test(header.type)) {
      for (const said of (await ceremony?.hear(header, body)) ?? []) send(said)
      return
    }
    if (!signing.has(header.type)) return control(decodeControl(header, body))
    const wallet = walletWith(header.keyId)
    await wallet.signing.tell({ type: 'message', message: decodeMessage(header, body) })
    await wallet.noteTest()
    if (header.type === 'F3' || header.type === 'S1') await audit.signed()
  }

  async function control(message: ControlMessage): Promise<void> {
    switch (message.type) {
      case 'hello':
        return greet(message)
      case 'propose':
        return propose(message)
      case 'request':
        return request(message)
      case 'cancel':
        return cancel(message)
      case 'audit':
        return audit.answer(message.length)
      case 'dkg-ack':
        return
      case 'abort':
      case 'agree':
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

  async function greet({ wallets }: Control<'hello'>): Promise<void> {
    for (const { receipt } of wallets) {
      if (!receipt) continue
      const found = await checkReceipt(parts.root.receipts, parts.store, receipt)
      // SECURITY: an old copy of the store has forgotten what was signed and spent since. Test: test/signing.test.ts "a store that was set back is noticed by what the device remembers"
      if (found !== 'ok') throw new ClientError('rolled-back', `the device's receipt: ${found}`)
    }
    for (const { signing: signer } of open) {
      const otNo = signer.otNo()
      await signer.tell({ type: 'connected', otNo })
    }
  }

  async function propose(message: Control<'propose'>): Promise<void> {
    const opened = openCeremony(parts, device, message, async () => {
      ceremony = undefined
      await openAll()
    })
    ceremony?.drop()
    ceremony = opened
    send(controlOf(opened.agreed))
  }

  async function request(message: Control<'request'>): Promise<void> {
    try {
      await judge(message)
    } catch (error) {
      const refusal = toClientError(error)
      await refuse(refusal)
      // The person who waits for an answer gets one.
      send(controlOf(refusalOf(message, refusal)))
    }
  }

  async function judge(message: Control<'request'>): Promise<void> {
    const wallet = walletWith(message.entries[0]?.keyId)
    for (const requestId of await expire(parts, wallet.record().wallet))
      await wallet.signing.tell({ type: 'cancel', requestId })
    const { verdict, approved } = await decide(parts, wallet, message)
    if (approved) await wallet.signing.tell({ type: 'approve', request: approved.request })
    send(controlOf(verdict))
  }

  async function cancel({ requestId }: Control<'cancel'>): Promise<void> {
    for (const { record, signing: signer } of open) {
      const decision = await loadDecision(parts.store, record().wallet, requestId)
      if (!decision || !(await release(parts, decision, 'cancelled'))) continue
      await signer.tell({ type: 'cancel', requestId })
    }
  }

  async function refuse(error: ClientError): Promise<void> {
    const { code, message } = error
    const at = parts.now().getTime()
    const event = { type: 'refused', at, device: device.identityPk, code, message } as const
    await parts.store.commit({ events: [encodeEvent(event)] })
  }

  // One message at a time: what a commit waits for must not be overtaken.
  let last: Promise<unknown> = Promise.resolve()
  return {
    hear(header, body) {
      const done = last
        .then(() => answer(header, body))
        .catch((error: unknown) => refuse(toClientError(error)))
      last = done.catch(() => undefined)
      return done
    },
    async end() {
      await last
      ceremony?.drop()
      for (const wallet of open) {
        wallet.attach(undefined)
        await wallet.signing.tell({ type: 'disconnected' })
      }
    },
  }
}

/** Where we stand with a wallet. Its first OT setup came with its epoch. */
function standingOf({ active, prepared, retired }: WalletRecord) {
  const held = (name: typeof active) => name && { ...name, value: undefined }
  const first = active && { ...active, epoch: 0, value: undefined }
  return standing(
    { active: held(active), prepared: held(prepared), retired: held(retired) },
    first && { active: first, prepared: undefined, retired: undefined },
  )
}

/** A refusal in the form of a verdict: it decides about exactly what was asked. */
function refusalOf(
  { requestId, hash, payload }: Control<'request'>,
  { code, message }: ClientError,
): ControlMessage {
  return {
    type: 'verdict',
    requestId,
    hash,
    payload: payloadHash(payload),
    decision: 'deny',
    rule: code,
    detail: utf8ToBytes(JSON.stringify({ text: message })),
    expiresAt: 0n,
  }
}

/** What the device did wrong. Anything else is ours, and goes on. */
function toClientError(error: unknown): ClientError {
  if (error instanceof ClientError) return error
  if (error instanceof DecodeError || error instanceof ProtocolAbort || error instanceof UsageError)
    return new ClientError('bad-message', error.message, error)
  throw error
}
