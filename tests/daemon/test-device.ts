/** A device without a browser: pairs with a real daemon, makes a wallet, asks for signatures. */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { ed25519 } from '@noble/curves/ed25519.js'
import type { Chain, PublicKeyAt, Signed } from '@tandem/chains'
import { account as accountOf } from '@tandem/chains'
import * as tandem from '@tandem/protocol'
import { WebSocket } from 'ws'
import { readyRistretto } from '../ristretto.ts'

type Packet = { readonly header: tandem.Header; readonly body: Uint8Array }

/** What a device keeps between connections. */
export type Kept = {
  readonly identity: Uint8Array
  readonly noise: tandem.DhKeys
  readonly peerNoisePk: Uint8Array
  readonly share?: tandem.WalletShare
}

export type TestDevice = {
  readonly kept: Kept
  readonly keyAt: PublicKeyAt
  /** Five messages, then a self-test of every key. */
  makeWallet(): Promise<void>
  /** Asks, waits for the verdict, signs if it is allowed. */
  sign(chain: Chain, payload: Uint8Array, account?: number): Promise<Signed>
  /** Asks and does not sign. */
  ask(chain: Chain, payload: Uint8Array, account?: number): Promise<tandem.ControlMessage>
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
  return device({ identity, noise, peerNoisePk: peer.noisePk }, peer, wire)
}

type Wire = {
  send(packet: Packet): void
  receive(): Promise<Packet>
  close(): Promise<void>
}

async function connect(address: string, terms: tandem.Terms) {
  const socket = new WebSocket(`ws://${address}`)
  const frames: Uint8Array[] = []
  let wake: (() => void) | undefined
  let over = false
  socket.on('message', (data: Buffer) => {
    frames.push(Uint8Array.from(data))
    wake?.()
  })
  socket.on('close', () => {
    over = true
    wake?.()
  })
  await once(socket, 'open')
  const nextFrame = async (): Promise<Uint8Array> => {
    for (;;) {
      const frame = frames.shift()
      if (frame) return frame
      if (over) throw new Error('the daemon closed the connection')
      await new Promise<void>((resolve) => (wake = resolve))
    }
  }

  let step = tandem.dial(terms, fresh)
  for (;;) {
    if (step.send) socket.send(Buffer.from(step.send))
    if (step.done) break
    step = tandem.advance(step.connecting, await nextFrame(), fresh)
  }
  let { channel } = step
  const wire: Wire = {
    send(packet) {
      const sealed = tandem.seal(channel, packet)
      channel = sealed.channel
      for (const record of sealed.records) socket.send(record)
    },
    async receive() {
      for (;;) {
        const opened = tandem.open(channel, await nextFrame())
        if (opened.event === 'closed') throw new Error(`closed: ${opened.reason}`)
        channel = opened.channel
        if (opened.event === 'message') return opened.message
      }
    },
    async close() {
      if (over) return
      socket.close()
      await once(socket, 'close')
    },
  }
  return { peer: step.pinned, wire }
}

async function device(first: Kept, peer: tandem.Pinned, wire: Wire): Promise<TestDevice> {
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
    wallets: [],
  })
  await hear('hello')

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
        if (['receipt', 'dkg-ack'].includes(packet.header.type)) continue
        tell({ type: 'message', message: tandem.decodeMessage(packet.header, packet.body) })
      }
      const outcome = outcomes.shift()
      if (outcome?.phase !== 'Complete' || !outcome.signature)
        throw new Error(`no signature: ${JSON.stringify(outcome)}`)
      signatures.push(outcome.signature)
    }
    return signatures
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

  function read(chain: Chain, payload: Uint8Array, account: number) {
    const own = accountOf(chain.network.id, account, chain.addresses(keyAt, account))
    const reading = chain.read(payload, own)
    const entries = reading.digests().map(({ index, suite, path, message }) => {
      const key = kept.share?.keys.find((one) => one.suite === suite)
      if (!key) throw new Error('no wallet')
      return { index, suite, keyId: key.keyId, path, message }
    })
    return { reading, account: own.id, request: { requestId: fresh('request', 16), entries } }
  }

  async function ask(
    chain: Chain,
    payload: Uint8Array,
    { request, account }: ReturnType<typeof read>,
  ): Promise<Extract<tandem.ControlMessage, { type: 'verdict' }>> {
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
    ask: async (chain, payload, account = 0) => ask(chain, payload, read(chain, payload, account)),
    async sign(chain, payload, account = 0) {
      const found = read(chain, payload, account)
      const verdict = await ask(chain, payload, found)
      if (verdict.decision !== 'allow') throw new Error(`${verdict.decision}: ${verdict.rule}`)
      return found.reading.assemble(await signEntries(found.request))
    },
    close: () => wire.close(),
  }
}
