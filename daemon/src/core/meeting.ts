/**
 * What a device and we agree on during one connection: which wallets are in step, and the ceremonies
 * that bring them there.
 */
import { bytesToHex as hex } from '@noble/hashes/utils.js'
import {
  type ControlMessage,
  type Header,
  PROTOCOL,
  type Standing,
  equalBytes,
  nextOtNo,
  standingIn,
} from '@tandem/protocol'
import { type Ceremony, hearProposal } from './ceremony.ts'
import { abortPrepared, activatePrepared, eraseRetired } from './epoch-change.ts'
import { ClientError, sealedAway } from './errors.ts'
import { encodeEvent } from './event.ts'
import type { Device, Parts } from './parts.ts'
import { type ReOt, certOf, openReOt } from './re-ot.ts'
import { pairRekey } from './re-ot-consent.ts'
import { checkReceipt } from './receipt.ts'
import { setAllBack } from './restore.ts'
import { type Said, controlOf } from './say.ts'
import { abortOf, compare, otOf, standingOf } from './standing.ts'
import type { Patience } from './step-deadline.ts'
import { type WalletRecord, walletsOf } from './wallet-record.ts'
import { type OpenWallet, type Wallets, maySign } from './wallets.ts'

type Control<T extends ControlMessage['type']> = Extract<ControlMessage, { type: T }>

export type Meeting = {
  /** The device says where it stands: once, before anything else. */
  greet(message: Control<'hello'>): Promise<void>
  propose(message: Control<'propose'>): Promise<void>
  /** A message of a ceremony or a RE-OT. */
  flow(header: Header, body: Uint8Array): Promise<void>
  aborted(message: Control<'dkg-abort'>): Promise<void>
  acked(message: Control<'dkg-ack'>): Promise<void>
  /** The wallet with a key, if it may sign now. @throws {ClientError} */
  walletWith(keyId: Uint8Array | undefined): Promise<OpenWallet>
  /** The wallets that may sign. */
  open(): readonly OpenWallet[]
  end(): Promise<void>
}

/** What is known of the device's side of a wallet that both have in the same epoch. */
type InStep = { readonly otNo: number | undefined }

export async function meeting(
  parts: Parts,
  registry: Wallets,
  device: Device,
  send: (said: Said) => void,
  ended: AbortSignal,
  patience: Patience,
): Promise<Meeting> {
  let open: readonly OpenWallet[] = []
  let greeting: Control<'hello'> | undefined
  let ceremony: Ceremony | undefined
  let reOt: { readonly wallet: Uint8Array; readonly session: ReOt } | undefined
  const inStep = new Map<string, InStep>()

  const records = (): Promise<WalletRecord[]> => walletsOf(parts.store, device.identityPk)
  const theirs = (wallet: Uint8Array): Standing => standingIn(greeting ?? { wallets: [] }, wallet)

  await openAll()

  /** Opens what may sign, tells it whom it signs with. */
  async function openAll(): Promise<void> {
    open = await registry.of(device.identityPk)
    for (const wallet of open) {
      wallet.attach(send)
      const otNo = inStep.get(hex(wallet.record().wallet))?.otNo
      if (otNo !== undefined) await wallet.signing.tell({ type: 'connected', otNo })
    }
  }

  async function greet(message: Control<'hello'>): Promise<void> {
    if (greeting) throw new ClientError('bad-message', 'a device greets once')
    // SECURITY: messages of another protocol may mean something else here. Test: test/versions.test.ts "a device that speaks another protocol gets no further than its greeting"
    if (message.protocol !== PROTOCOL)
      throw new ClientError(
        'version',
        `expected ${PROTOCOL}, the device speaks ${message.protocol}`,
      )
    greeting = message
    const fault = await checkReceipts(message)
    for (const record of await records()) await settle(record)
    await answerUnknown(message)
    await openAll()
    if (fault) throw fault
  }

  async function checkReceipts({ wallets }: Control<'hello'>): Promise<ClientError | undefined> {
    let fault: ClientError | undefined
    const known = await records()
    for (const { keyId, receipt } of wallets) {
      if (!receipt) continue
      const epoch = known.find(({ wallet }) => equalBytes(wallet, keyId))?.active?.epoch
      const found = await checkReceipt(parts.root.receipts, keyId, parts.store, receipt, epoch)
      if (found === 'ok') continue
      fault = new ClientError('rolled-back', `the device's receipt: ${found}`)
      // SECURITY: an old copy of the store has forgotten what was signed and spent since. Test: test/rotation.test.ts "after a store was set back nothing is signed before a rotation"
      if (found !== 'forged') await setAllBack(parts, registry)
    }
    return fault
  }

  /** What both have to do about one wallet, now that both have said where they stand. */
  async function settle(record: WalletRecord): Promise<void> {
    if (!greeting) return
    const { wallet } = record
    const what = compare(record, greeting)
    const otNo = theirs(wallet).ot?.active?.epoch
    switch (what.kind) {
      case 'in-step':
        inStep.set(hex(wallet), { otNo })
        await eraseRetired(parts, registry, record)
        return tellIfBurned(record)
      case 'rekey':
        // Whatever number the device has, it is not our setup.
        inStep.set(hex(wallet), { otNo: what.otNo })
        return tellRekey(record, what.otNo)
      case 'send-abort':
        send(controlOf(await abortOf(parts, what.sid)))
        if (what.of === 'ot') inStep.set(hex(wallet), { otNo })
        return
      case 'send-cert': {
        const cert = what.of === 'ot' ? certOf(record) : undefined
        if (!cert) return lost(wallet)
        send(cert)
        inStep.set(hex(wallet), { otNo: otOf(record)?.active?.epoch })
        return
      }
      case 'await-cert':
      case 'await-abort':
        return
      case 'lost':
        return lost(wallet)
    }
  }

  async function lost(wallet: Uint8Array): Promise<void> {
    const event = { type: 'lost', at: parts.now().getTime(), wallet } as const
    await parts.store.commit({ events: [encodeEvent(event)] })
  }

  /** Wallets that only the device knows. */
  async function answerUnknown({ wallets }: Control<'hello'>): Promise<void> {
    const known = await records()
    for (const { keyId, active, prepared } of wallets) {
      if (known.some(({ wallet }) => equalBytes(wallet, keyId))) continue
      if (active) await lost(keyId)
      else if (prepared) send(controlOf(await abortOf(parts, prepared.sid)))
    }
  }

  async function tellRekey({ wallet, active }: WalletRecord, otNo: number): Promise<void> {
    send(controlOf(await pairRekey(parts, wallet, { epoch: active?.epoch ?? 0, otNo })))
  }

  async function tellIfBurned(record: WalletRecord): Promise<void> {
    const wallets = await registry.of(device.identityPk)
    const found = wallets.find((one) => equalBytes(one.record().wallet, record.wallet))
    if (found?.signing.ledger().pair.otState !== 'BURNED') return
    await tellRekey(record, nextOtNo(standingOf(record), theirs(record.wallet)))
  }

  async function propose(message: Control<'propose'>): Promise<void> {
    requireGreeting()
    const { instanceId } = message.proposal
    // SECURITY: a ceremony takes a thread and much arithmetic, for a few bytes that ask. Test: test/ceremony.test.ts "a device that begins ceremonies all the time is told that we are busy"
    if (parts.limits?.ceremony(device.identityPk) === false)
      return send(controlOf({ type: 'refuse', instanceId, reason: 'busy' }))
    const { say, ceremony: opened } = await hearProposal(
      parts,
      registry,
      device,
      message,
      ended,
      patience,
    )
    if (opened) {
      ceremony?.drop()
      ceremony = opened
    }
    if (say.type === 'refuse' && say.reason === 'timeout')
      return patience.gaveUp('an answer of the person here', say)
    send(controlOf(say))
  }

  async function flow(header: Header, body: Uint8Array): Promise<void> {
    requireGreeting()
    if (header.type === 'G5') return certified(header, body)
    const answers = header.type.startsWith('G')
      ? await ceremony?.hear(header, body)
      : await (await reOtOf(header))?.hear(header, body)
    for (const said of answers ?? []) send(said)
  }

  /** The certificate of what we prepared, on this connection or before. */
  async function certified({ requestId, epoch }: Header, body: Uint8Array): Promise<void> {
    const record = (await records()).find(
      ({ ceremony: id, prepared }) => prepared?.epoch === epoch && id && equalBytes(id, requestId),
    )
    if (!record) return
    const ack = await activatePrepared(parts, registry, record, body)
    ceremony = undefined
    inStep.set(hex(record.wallet), { otNo: 0 })
    await openAll()
    if (ack) send(controlOf(ack))
  }

  async function reOtOf({ type, keyId }: Header): Promise<ReOt | undefined> {
    const record = (await records()).find(({ wallet }) => equalBytes(wallet, keyId))
    if (!record || !inStep.has(hex(keyId))) return undefined
    if (type === 'N1') {
      reOt?.session.drop()
      const session = openReOt(parts, registry, record, theirs(keyId), patience, async (otNo) => {
        inStep.set(hex(keyId), { otNo })
        await openAll()
      })
      reOt = { wallet: keyId, session }
    }
    return reOt && equalBytes(reOt.wallet, keyId) ? reOt.session : undefined
  }

  async function aborted({ sid, signature }: Control<'dkg-abort'>): Promise<void> {
    const record = (await records()).find(
      ({ prepared }) => prepared && equalBytes(prepared.sid, sid),
    )
    if (!record) return
    await abortPrepared(parts, registry, record, signature)
    const { active, ot } = theirs(record.wallet)
    if (active && record.active && equalBytes(active.tau, record.active.tau))
      inStep.set(hex(record.wallet), { otNo: ot?.active?.epoch })
    await openAll()
  }

  async function acked({ tau, signature }: Control<'dkg-ack'>): Promise<void> {
    for (const record of await records())
      if (record.active && equalBytes(record.active.tau, tau))
        await eraseRetired(parts, registry, record, { tau, signature })
  }

  async function walletWith(keyId: Uint8Array | undefined): Promise<OpenWallet> {
    // SECURITY: a person approves what another program showed than the one that judges. Test: test/versions.test.ts "a device whose decoders are others signs nothing, and keeps its budget"
    if (greeting && !equalBytes(greeting.decoders, parts.decoders))
      throw new ClientError('version', 'this browser and the co-signer read requests differently')
    const has = ({ keys }: WalletRecord) =>
      keys.some((key) => keyId && equalBytes(key.keyId, keyId))
    const record = (await records()).find(has)
    if (!record) throw new ClientError('unknown-wallet', 'this device has no wallet with this key')
    const isIt = ({ record: of }: OpenWallet) => equalBytes(of().wallet, record.wallet)
    // Its share may not have opened before, and open now.
    if (maySign(record) && !open.some(isIt)) await openAll()
    const found = open.find(isIt)
    // SECURITY: shares of two epochs never meet, and who is in step is known after both greetings only. Test: test/rotation.test.ts "a wallet of which this side lost an epoch is not signed with"
    if (!maySign(record) || !inStep.has(hex(record.wallet)))
      throw record.setBack === true
        ? new ClientError('rolled-back', 'this store was set back: make new shares first')
        : new ClientError('busy', 'both machines are not in the same epoch of this wallet')
    if (!found) throw sealedAway()
    return found
  }

  function requireGreeting(): void {
    if (!greeting) throw new ClientError('bad-message', 'expected a greeting first')
  }

  return {
    greet,
    propose,
    flow,
    aborted,
    acked,
    walletWith,
    open: () => open,
    async end() {
      ceremony?.drop()
      reOt?.session.drop()
      for (const wallet of open) {
        wallet.attach(undefined)
        await wallet.signing.hangUp()
      }
    },
  }
}
