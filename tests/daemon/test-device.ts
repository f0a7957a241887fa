/** A device without a browser: pairs with a real daemon, makes a wallet, asks for signatures. */
import { randomBytes } from 'node:crypto'
import { ed25519 } from '@noble/curves/ed25519.js'
import type { Chain, PublicKeyAt, Signed } from '@tandem/chains'
import { account as accountOf } from '@tandem/chains'
import * as tandem from '@tandem/protocol'
import { type Packet, type Wire, connect } from './wire.ts'
import { readyRistretto } from '../ristretto.ts'

export type Verdict = Extract<tandem.ControlMessage, { type: 'verdict' }>

/** How a request is asked. */
export type How = {
  readonly account?: number
  readonly requestId?: Uint8Array
  readonly replaces?: Uint8Array
  readonly origin?: string
  /** What the device says instead of the truth. */
  readonly lie?: Partial<Extract<tandem.ControlMessage, { type: 'request' }>>
}

/** What a device keeps between connections. */
export type Kept = {
  readonly identity: Uint8Array
  readonly noise: tandem.DhKeys
  readonly peer: tandem.Pinned
  /** The newest receipt of the daemon. */
  readonly receipt?: NonNullable<
    Extract<tandem.ControlMessage, { type: 'hello' }>['wallets'][number]['receipt']
  >
  readonly share?: tandem.WalletShare
}

export type TestDevice = {
  readonly kept: Kept
  readonly keyAt: PublicKeyAt
  /** Five messages, then a self-test of every key. */
  makeWallet(): Promise<void>
  /** Asks, waits for the verdict, signs if it is allowed. */
  sign(chain: Chain, payload: Uint8Array, how?: How): Promise<Signed>
  /** Asks and does not sign. */
  ask(chain: Chain, payload: Uint8Array, how?: How): Promise<Verdict>
  cancel(requestId: Uint8Array): void
  /** Anything at all, for tests of what a daemon does with it. */
  say(message: tandem.ControlMessage, requestId?: Uint8Array): void
  close(): Promise<void>
}

const link = /^tandem:pair\?a=([^&]+)&k=([0-9a-f]{64})&s=([0-9a-f]{32})$/
const fresh = (_label: string, length: number) => Uint8Array.from(randomBytes(length))

/** Pairs by a link, as the daemon printed it. */
export async function pairDevice(text: string): Promise<TestDevice> {
  const [, address = '', key = '', secret = ''] = link.exec(text) ?? []
  const identity = fresh('identity', 32)
  const noise = tandem.dhKeys(fresh('noise', 32))
  const { peer, wire } = await connect(address, {
    kind: 'pairing',
    me: tandem.DEVICE,
    peer: tandem.COSIGNER,
    keys: noise,
    secret: Uint8Array.from(Buffer.from(secret, 'hex')),
    card: tandem.identityCard(tandem.DEVICE, identity, noise.publicKey),
  })
  if (!peer || Buffer.from(peer.identityPk).toString('hex') !== key)
    throw new Error('another daemon than the link names')
  return deviceOver({ identity, noise, peer }, wire)
}

/** Comes back to a daemon with what it kept. */
export async function callAgain(address: string, kept: Kept): Promise<TestDevice> {
  const { wire } = await connect(address, {
    kind: 'session',
    me: tandem.DEVICE,
    peer: tandem.COSIGNER,
    keys: kept.noise,
    peerNoisePk: kept.peer.noisePk,
  })
  return deviceOver(kept, wire)
}

/** A device at the end of a wire that was made. */
export async function deviceOver(first: Kept, wire: Wire): Promise<TestDevice> {
  const { peer } = first
  let kept = first
  const { group } = await readyRistretto()
  const hedgeKey = fresh('hedge', 32)
  const incarnation = fresh('incarnation', 16)
  const hedged = (bind: Uint8Array) =>
    tandem.hedgedRng({ key: hedgeKey, os64: fresh('os64', 64), bootCounter: 0n, incarnation }, bind)
  const sign = (message: Uint8Array) => ed25519.sign(message, kept.identity)
  let signer: tandem.Signer | undefined
  const outcomes: tandem.Outcome[] = []

  const header = (type: tandem.Header['type'], requestId: Uint8Array = new Uint8Array(16)) =>
    tandem.headerOf(type, tandem.DEVICE, tandem.COSIGNER, { requestId })
  const say = (message: tandem.ControlMessage, requestId?: Uint8Array) =>
    wire.send({ header: header(message.type, requestId), body: tandem.encodeControl(message) })

  say({
    type: 'hello',
    app: '0.0.0',
    protocol: tandem.PROTOCOL,
    decoders: new Uint8Array(32),
    wallets: kept.share ? [statusOf(kept)] : [],
  })
  const greeting = await hear('hello')
  const [theirs] = greeting.wallets
  if (theirs?.receipt) kept = { ...kept, receipt: theirs.receipt }
  if (kept.share) {
    signer = tandem.openSigner(kept.share, tandem.COSIGNER)
    tell({ type: 'connected', otNo: 0 })
  }

  async function hear<T extends tandem.ControlMessage['type']>(type: T) {
    for (;;) {
      const packet = await wire.receive()
      if (packet.header.type !== type) continue
      const message = tandem.decodeControl(packet.header, packet.body)
      return message as Extract<tandem.ControlMessage, { type: T }>
    }
  }

  async function flow(type: tandem.Header['type']): Promise<Uint8Array> {
    const packet = await wire.receive()
    if (packet.header.type !== type) throw new Error(`expected ${type}, got ${packet.header.type}`)
    return packet.body
  }

  function tell(event: tandem.Event): void {
    if (!signer) throw new Error('no wallet')
    const after = tandem.step(signer, event, hedged)
    signer = after.signer
    for (const effect of after.effects) {
      if (effect.type === 'commit') tell({ type: 'committed', commit: effect.commit })
      if (effect.type === 'send') wire.send(tandem.encodeMessage(effect.message))
      if (effect.type === 'outcome') outcomes.push(effect.outcome)
      if (effect.type === 'refused') throw new Error(`refused ${effect.kind}: ${effect.code}`)
    }
  }

  async function signEntries(request: tandem.SigningRequest): Promise<Uint8Array[]> {
    tell({ type: 'approve', request })
    const signatures: Uint8Array[] = []
    for (const { index } of request.entries) {
      tell({ type: 'begin', requestId: request.requestId, index })
      while (outcomes.length === 0) {
        const packet = await wire.receive()
        if (packet.header.type === 'dkg-ack') continue
        if (packet.header.type === 'receipt') {
          keepReceipt(packet)
          continue
        }
        tell({ type: 'message', message: tandem.decodeMessage(packet.header, packet.body) })
      }
      const outcome = outcomes.shift()
      if (outcome?.phase !== 'Complete' || !outcome.signature)
        throw new Error(`no signature: ${JSON.stringify(outcome)}`)
      signatures.push(outcome.signature)
    }
    return signatures
  }

  function keepReceipt({ header: about, body }: Packet): void {
    const note = tandem.decodeControl(about, body)
    if (note.type === 'receipt') kept = { ...kept, receipt: note.receipt }
  }

  async function makeWallet(): Promise<void> {
    const instanceId = fresh('instance', 16)
    const proposal: tandem.Proposal = {
      suites: [1, 2, 3],
      t: 2,
      holders: [1, 2],
      contributors: [1, 2],
      devices: [
        { id: tandem.DEVICE, identityPk: ed25519.getPublicKey(kept.identity) },
        { id: tandem.COSIGNER, identityPk: peer.identityPk },
      ],
      backup: { kind: 'none' },
      instanceId,
    }
    const params = tandem.ceremonyParams(proposal)
    say({ type: 'propose', ...tandem.proposalMessage(proposal) }, instanceId)
    tandem.agreeParams(params, (await hear('agree')).params, tandem.COSIGNER)
    const rng = (answered: Uint8Array) => hedged(tandem.H('hedge', params, answered))
    const one = tandem.startCeremony({ proposal, me: 1, sign }, rng(new Uint8Array(8)), group)
    wire.send({ header: header('G1', instanceId), body: one.g1 })
    const g2 = await flow('G2')
    const two = tandem.answerG2(one.state, g2, rng(g2))
    wire.send({ header: header('G3', instanceId), body: two.g3 })
    const { share, g5 } = tandem.answerG4(two.state, await flow('G4'))
    wire.send({ header: header('G5', instanceId), body: g5 })
    await hear('dkg-ack')
    kept = { ...kept, share }
    signer = tandem.openSigner(share, tandem.COSIGNER)
    await signEntries(tandem.selfTestRequest(share))
  }

  const keyAt: PublicKeyAt = (suite, path) => {
    const key = kept.share?.keys.find((one) => one.suite === suite)
    if (!key) throw new Error('no wallet')
    return tandem.derive(suite, key.publicKey, key.chainCode, path).publicKey
  }

  function read(chain: Chain, payload: Uint8Array, how: How) {
    const { account: number = 0, requestId = fresh('request', 16) } = how
    const own = accountOf(chain.network.id, number, chain.addresses(keyAt, number))
    const reading = chain.read(payload, own)
    const entries = reading.digests().map(({ index, suite, path, message }) => {
      const key = kept.share?.keys.find((one) => one.suite === suite)
      if (!key) throw new Error('no wallet')
      return { index, suite, keyId: key.keyId, path, message }
    })
    return { reading, account: own.id, request: { requestId, entries } }
  }

  async function ask(
    chain: Chain,
    payload: Uint8Array,
    { request, account }: ReturnType<typeof read>,
    { origin, replaces, lie = {} }: How,
  ): Promise<Verdict> {
    const { requestId, entries } = request
    say(
      {
        type: 'request',
        requestId,
        account,
        chain: chain.network.id,
        payload,
        entries: entries.map(({ index, suite, keyId, path }) => ({
          index,
          suite,
          keyId,
          path: [...path],
        })),
        hash: tandem.requestHash(entries),
        ...(origin !== undefined && { origin }),
        ...(replaces && { replaces }),
        ...lie,
      },
      requestId,
    )
    return hear('verdict')
  }

  return {
    get kept() {
      return kept
    },
    keyAt,
    makeWallet,
    say,
    ask: async (chain, payload, how = {}) => ask(chain, payload, read(chain, payload, how), how),
    async sign(chain, payload, how = {}) {
      const found = read(chain, payload, how)
      const verdict = await ask(chain, payload, found, how)
      if (verdict.decision !== 'allow') throw new Error(`${verdict.decision}: ${verdict.rule}`)
      return found.reading.assemble(await signEntries(found.request))
    },
    cancel: (requestId) => say({ type: 'cancel', requestId }, requestId),
    close: () => wire.close(),
  }
}

/** Where a device stands that made its wallet with one ceremony. */
function statusOf({ share, receipt }: Kept) {
  const [first] = share?.keys ?? []
  if (!share || !first) throw new Error('no wallet')
  return tandem.statusOf(first.keyId, tandem.standing(tandem.NO_EPOCHS, undefined), receipt)
}
