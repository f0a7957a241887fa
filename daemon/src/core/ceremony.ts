import {
  COSIGNER,
  type ControlMessage,
  DEVICE,
  type Epochs,
  H,
  type Header,
  NO_EPOCHS,
  type Prepared,
  type Proposal,
  type WalletShare,
  activate,
  answerG1,
  answerG3,
  answerG5,
  ceremonyParams,
  discardCeremony,
  headerOf,
  prepare,
  readProposal,
  signAck,
} from '@tandem/protocol'
import { ed25519 } from '@noble/curves/ed25519.js'
import { encodeEvent } from './event.ts'
import type { Device, Parts } from './parts.ts'
import { type Said, controlOf } from './say.ts'
import {
  type WalletRecord,
  encodeWallet,
  epochNames,
  shareRow,
  walletKey,
} from './wallet-record.ts'

type AfterG2 = ReturnType<typeof answerG1>['state']

/** One key ceremony with a device, from its proposal to an active wallet. */
export type Ceremony = {
  /** @returns what to say, in order. */
  hear(header: Header, body: Uint8Array): Promise<Said[]>
  /** The connection is over: what was in memory is wiped. */
  drop(): void
}

/** A share that both sides certified. */
export type Made = { readonly record: WalletRecord; readonly share: WalletShare }

/**
 * Agrees to a proposal and answers its messages.
 *
 * @throws {ProtocolAbort} the device proposes something else than it may.
 */
export function openCeremony(
  parts: Parts,
  device: Device,
  message: Extract<ControlMessage, { type: 'propose' }>,
  made: (wallet: Made) => Promise<void>,
): Ceremony & { readonly agreed: ControlMessage } {
  const sign = (bytes: Uint8Array) => ed25519.sign(bytes, parts.root.identity)
  const devices = [
    { id: DEVICE, identityPk: device.identityPk },
    { id: COSIGNER, identityPk: ed25519.getPublicKey(parts.root.identity) },
  ]
  const proposal: Proposal = readProposal(message, { old: undefined, devices }, DEVICE)
  const params = ceremonyParams(proposal)
  const rng = (answered: Uint8Array) => parts.hedged(H('hedge', params, answered))
  const say = (type: Header['type'], body: Uint8Array): Said => ({
    header: headerOf(type, COSIGNER, DEVICE, { requestId: proposal.instanceId }),
    body,
  })

  let afterG2: AfterG2 | undefined
  let prepared: Prepared | undefined
  let epochs: Epochs<WalletShare> = NO_EPOCHS

  async function commit(share: WalletShare, state: 'prepared' | 'active', tau: Uint8Array) {
    const [first] = share.keys
    if (!first) throw new Error('a share has keys')
    const record: WalletRecord = {
      wallet: first.keyId,
      device: device.identityPk,
      keys: share.keys.map(({ suite, keyId, publicKey, chainCode }) => ({
        suite,
        keyId,
        publicKey,
        chainCode,
      })),
      ...epochNames(epochs),
      tested: false,
      createdAt: parts.now().getTime(),
    }
    const at = parts.now().getTime()
    await parts.store.commit({
      rows: [
        await shareRow(parts.keys, parts.entropy, record.wallet, share),
        {
          table: 'wallet',
          key: walletKey(device.identityPk, record.wallet),
          value: encodeWallet(record),
        },
      ],
      events: [
        encodeEvent({
          type: 'epoch',
          at,
          wallet: record.wallet,
          device: device.identityPk,
          state,
          epoch: share.epoch,
          tau,
        }),
      ],
    })
    return record
  }

  async function hear({ type }: Header, body: Uint8Array): Promise<Said[]> {
    if (type === 'G1' && !afterG2 && !prepared) {
      const { state, g2 } = answerG1({ proposal, me: COSIGNER, sign }, body, rng(body), parts.group)
      afterG2 = state
      return [say('G2', g2)]
    }
    if (type === 'G3' && afterG2) {
      const state = afterG2
      afterG2 = undefined
      const answer = answerG3(state, body, rng(body))
      prepared = answer.prepared
      const { share, sid, tau } = prepared
      epochs = prepare(epochs, { epoch: share.epoch, sid, tau, value: share })
      await commit(share, 'prepared', tau)
      return [say('G4', answer.g4)]
    }
    if (type === 'G5' && prepared) {
      const { sid, tau } = prepared
      const share = answerG5(prepared, body)
      prepared = undefined
      epochs = activate(epochs, { epoch: share.epoch, sid, tau, value: share }).epochs
      const record = await commit(share, 'active', tau)
      await made({ record, share })
      return [ackOf(epochs, sign)]
    }
    return []
  }

  return {
    agreed: { type: 'agree', instanceId: proposal.instanceId, params },
    hear,
    drop() {
      if (afterG2) discardCeremony(afterG2)
      afterG2 = undefined
    },
  }
}

function ackOf(epochs: Epochs<WalletShare>, sign: (message: Uint8Array) => Uint8Array): Said {
  const control: ControlMessage = {
    type: 'dkg-ack',
    from: COSIGNER,
    ...signAck(epochs, COSIGNER, sign),
  }
  return controlOf(control)
}
