/** A device without a browser: pairs with a real daemon, makes a wallet, asks for signatures. */
import { randomBytes } from 'node:crypto'
import { ed25519 } from '@noble/curves/ed25519.js'
import type { Chain, PublicKeyAt, Signed } from '@tandem/chains'
import { DECODERS, account as accountOf } from '@tandem/chains'
import * as tandem from '@tandem/protocol'
import { type Packet, type Wire, connect } from './wire.ts'
import { readyRistretto } from '../ristretto.ts'

export type Verdict = Extract<tandem.ControlMessage, { type: 'verdict' }>

export type Proof = Extract<tandem.ControlMessage, { type: 'factor' }>['proof']

export type Offer = Omit<Extract<tandem.ControlMessage, { type: 'enrol' }>, 'type'>

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
  /** The epoch of the share, and its OT setups. */
  readonly held?: tandem.Held<undefined>
  readonly ot?: tandem.Epochs<tandem.CertifiedOt>
  /** By what the daemon decides, as it said last. */
  readonly policy?: Extract<tandem.ControlMessage, { type: 'policy' }>
  /** The newest state of the daemon's log, once the device has asked for one. */
  readonly checkpoint?: tandem.SignedState
  /** What was signed and tried, where it goes on with a request on another connection. */
  readonly ledger?: tandem.Ledger
  /** A wallet that the daemon has certified, and may not know to be in use. */
  readonly made?: {
    readonly share: tandem.WalletShare
    readonly held: tandem.Held<undefined>
    /** Says so. */
    readonly g5: Packet
  }
  /** An OT setup that waits for the daemon's certificate. */
  readonly waiting?: tandem.Held<tandem.CertifiedOt>
}

/** How a wallet is made. */
export type Making = {
  readonly backup?: tandem.BackupMode
  /** This machine's half of the recovery phrase, where the backup is split. */
  readonly words?: string
  /** What the device proposes instead. */
  readonly proposal?: Partial<tandem.Proposal>
}

export type TestDevice = {
  readonly kept: Kept
  /** Of its signer, to be put into what it keeps. */
  readonly ledger: tandem.Ledger | undefined
  readonly keyAt: PublicKeyAt
  /** Five messages, then a self-test of every key. @throws with the reason of a refusal. */
  makeWallet(making?: Making): Promise<void>
  /** New shares of the same keys, and a self-test. */
  rotate(making?: Making): Promise<void>
  /** A new OT setup. @throws with the time from which on it is taken, in milliseconds. */
  rekey(): Promise<void>
  /** Brings both sides to one epoch and one OT setup again, after messages were lost. */
  settle(): Promise<void>
  /** Asks, waits for the verdict, signs if it is allowed. */
  sign(chain: Chain, payload: Uint8Array, how?: How): Promise<Signed>
  /** Asks and does not sign. */
  ask(chain: Chain, payload: Uint8Array, how?: How): Promise<Verdict>
  /** Shows a second factor for a request that asks, and waits for the next verdict. */
  show(requestId: Uint8Array, proof: Proof): Promise<Verdict>
  /** Offers a passkey. @returns where the offer stands. */
  offer(offer: Offer): Promise<string>
  cancel(requestId: Uint8Array): void
  /** Asks for the daemon's log. @throws `rollback`, `fork` or `forged` where it does not follow. */
  audit(): Promise<tandem.SignedState>
  /** Signs what it asked for before, if it did. */
  begin(chain: Chain, payload: Uint8Array, requestId: Uint8Array): Promise<Signed>
  /** A message that is no control message, as it stands. */
  send(packet: Packet): void
  /** Anything at all, for tests of what a daemon does with it. */
  say(message: tandem.ControlMessage, requestId?: Uint8Array): void
  close(): Promise<void>
}

const link = /^tandem:pair\?a=([^&]+)&k=([0-9a-f]{64})&s=([0-9a-f]{32})$/
const fresh = (_label: string, length: number) => Uint8Array.from(randomBytes(length))

/** What stands between a device and its wire: a test that looks, or that meddles. */
export type Through = (wire: Wire, kept: Kept) => Wire

/** Pairs by a link, as the daemon printed it. */
export async function pairDevice(
  text: string,
  through: Through = (wire) => wire,
): Promise<TestDevice> {
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
  const kept = { identity, noise, peer }
  return deviceOver(kept, through(wire, kept))
}

/** Comes back to a daemon with what it kept. */
export async function callAgain(
  address: string,
  kept: Kept,
  through: Through = (wire) => wire,
): Promise<TestDevice> {
  const { wire } = await connect(address, {
    kind: 'session',
    me: tandem.DEVICE,
    peer: tandem.COSIGNER,
    keys: kept.noise,
    peerNoisePk: kept.peer.noisePk,
  })
  return deviceOver(kept, through(wire, kept))
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

  const headerOf = (type: tandem.Header['type'], about: Parameters<typeof tandem.headerOf>[3]) =>
    tandem.headerOf(type, tandem.DEVICE, tandem.COSIGNER, about)
  const header = (type: tandem.Header['type'], requestId: Uint8Array = new Uint8Array(16)) =>
    headerOf(type, { requestId })
  const say = (message: tandem.ControlMessage, requestId?: Uint8Array) =>
    wire.send({ header: header(message.type, requestId), body: tandem.encodeControl(message) })

  say({
    type: 'hello',
    app: '0.0.0',
    protocol: tandem.PROTOCOL,
    decoders: Uint8Array.from(Buffer.from(DECODERS, 'hex')),
    wallets: kept.share || kept.made ? [statusOf(kept)] : [],
  })
  const greeting = await hear('hello')
  const [theirs] = greeting.wallets
  if (theirs?.receipt) keepNewer(theirs.receipt)
  const otherSide = tandem.standingIn(greeting, theirs?.keyId ?? new Uint8Array(32))
  if (kept.share) {
    signer = tandem.openSigner(kept.share, tandem.COSIGNER, kept.ledger)
    tell({ type: 'connected', otNo: otherSide.ot?.active?.epoch ?? 0 })
  }

  /** Checkpoints come unasked, and none may be missed. */
  async function receive(): Promise<Packet> {
    for (;;) {
      const packet = await wire.receive()
      if (packet.header.type === 'policy') keepPolicy(packet)
      else if (packet.header.type === 'checkpoint') follow(packet)
      else return packet
    }
  }

  function follow({ header: about, body }: Packet): tandem.SignedState {
    const message = tandem.decodeControl(about, body)
    if (message.type !== 'checkpoint') throw new Error('a checkpoint')
    const checkpoint = tandem.followCheckpoint(kept.checkpoint, message, peer.identityPk)
    if (typeof checkpoint === 'string') throw new Error(checkpoint)
    kept = { ...kept, checkpoint }
    return checkpoint
  }

  async function audit(): Promise<tandem.SignedState> {
    say({ type: 'audit', length: kept.checkpoint?.length ?? 0n })
    for (;;) {
      const packet = await wire.receive()
      if (packet.header.type === 'checkpoint') return follow(packet)
      if (packet.header.type === 'receipt') keepReceipt(packet)
      if (packet.header.type === 'policy') keepPolicy(packet)
    }
  }

  function keepPolicy({ header: about, body }: Packet): void {
    const policy = tandem.decodeControl(about, body)
    if (policy.type === 'policy') kept = { ...kept, policy }
  }

  async function hear<T extends tandem.ControlMessage['type']>(...types: T[]) {
    const packet = await next(...types)
    const message = tandem.decodeControl(packet.header, packet.body)
    return message as Extract<tandem.ControlMessage, { type: T }>
  }

  const flow = async (type: tandem.Header['type']): Promise<Uint8Array> => (await next(type)).body

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
        const packet = await receive()
        if (/^(dkg-ack|pair-rekey)$/.test(packet.header.type)) continue
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

  function keepNewer(receipt: NonNullable<Kept['receipt']>): void {
    const { epoch, counter } = kept.receipt ?? { epoch: -1, counter: -1n }
    const isNewer = receipt.epoch > epoch || (receipt.epoch === epoch && receipt.counter > counter)
    if (isNewer) kept = { ...kept, receipt }
  }

  function keepReceipt({ header: about, body }: Packet): void {
    const note = tandem.decodeControl(about, body)
    if (note.type === 'receipt') keepNewer(note.receipt)
  }

  function adopt({ share, held }: NonNullable<Kept['made']>): void {
    const ot = tandem.firstOt({ ...held, value: share }, tandem.COSIGNER)
    const { made: _made, waiting: _waiting, ...before } = kept
    kept = { ...before, share, held, ...(ot && { ot }) }
    signer = tandem.openSigner(share, tandem.COSIGNER)
  }

  async function makeWallet(making: Making = {}): Promise<void> {
    adopt(await ceremony(making))
    await signEntries(tandem.selfTestRequest(shareOf()))
  }

  async function ceremony({ backup = { kind: 'none' }, words, proposal: changes }: Making) {
    const instanceId = fresh('instance', 16)
    const proposal: tandem.Proposal = {
      suites: [1, 2, 3],
      t: 2,
      holders: backup.kind === 'none' ? [1, 2] : [1, 2, 3],
      contributors: [1, 2],
      devices: [
        { id: tandem.DEVICE, identityPk: ed25519.getPublicKey(kept.identity) },
        { id: tandem.COSIGNER, identityPk: peer.identityPk },
      ],
      backup,
      instanceId,
      ...changes,
    }
    const { old } = proposal
    const about = { requestId: instanceId, epoch: old ? old.epoch + 1 : 0 }
    const params = tandem.ceremonyParams(proposal)
    say({ type: 'propose', ...tandem.proposalMessage(proposal) }, instanceId)
    const answer = await hear('agree', 'refuse')
    if (answer.type === 'refuse') throw new Error(`refused: ${answer.reason}`)
    tandem.agreeParams(params, answer.params, tandem.COSIGNER)
    const rng = (answered: Uint8Array) => hedged(tandem.H('hedge', params, answered))
    const half = words === undefined ? {} : { half: tandem.phraseSecret(group, words) }
    const oldShares = old && kept.share && tandem.oldSharesOf(kept.share)
    const input = { proposal, me: tandem.DEVICE, sign, ...half, oldShares }
    const one = tandem.startCeremony(input, rng(new Uint8Array(8)), group)
    wire.send({ header: headerOf('G1', about), body: one.g1 })
    const g2 = await flow('G2')
    const two = tandem.answerG2(one.state, g2, rng(g2))
    wire.send({ header: headerOf('G3', about), body: two.g3 })
    const { share, sid, tau, g5 } = tandem.answerG4(two.state, await flow('G4'))
    const made = {
      share,
      held: { epoch: share.epoch, sid, tau, value: undefined },
      g5: { header: headerOf('G5', about), body: g5 },
    }
    kept = { ...kept, made }
    wire.send(made.g5)
    await hear('dkg-ack')
    return made
  }

  function shareOf(): tandem.WalletShare {
    if (!kept.share) throw new Error('no wallet')
    return kept.share
  }

  async function rotate(making: Making = {}): Promise<void> {
    const old = tandem.oldEpochOfShare(shareOf())
    await makeWallet({ ...making, proposal: { old, ...making.proposal } })
  }

  async function rekey(): Promise<void> {
    const share = shareOf()
    const { ot: setups } = kept
    const [first] = share.keys
    if (!setups || !first) throw new Error('no OT setup')
    // Whatever was said before is behind us then.
    await audit()
    const otNo = tandem.nextOtNo(standingOf(kept), otherSide)
    const about = { epoch: share.epoch, attempt: otNo, keyId: first.keyId }
    const input = { share, peer: tandem.COSIGNER, otNo, sign }
    const rng = (answered: Uint8Array) =>
      hedged(tandem.H('hedge', tandem.reOtContext(input), answered))
    const { state, n1 } = tandem.startReOt(input, rng(new Uint8Array(8)), group)
    wire.send({ header: headerOf('N1', about), body: n1 })
    const packet = await next('N2', 'pair-rekey')
    if (packet.header.type === 'pair-rekey') {
      const told = tandem.decodeControl(packet.header, packet.body)
      throw new Error(`not before ${told.type === 'pair-rekey' ? told.notBefore : '?'}`)
    }
    const { prepared, n3 } = tandem.answerN2(state, packet.body, rng(packet.body))
    kept = { ...kept, waiting: prepared }
    wire.send({ header: headerOf('N3', about), body: n3 })
    useSetup(await flow('N4'))
  }

  function useSetup(n4: Uint8Array): void {
    const { waiting, ...before } = kept
    if (!waiting || !before.ot) throw new Error('no OT setup waits')
    const made = tandem.answerN4(waiting, peer, n4)
    const ot = tandem.forget(tandem.activate(before.ot, made).epochs).epochs
    const share = tandem.withOtSetup(shareOf(), tandem.COSIGNER, made.value.setup)
    kept = { ...before, ot, share }
    signer = tandem.openSigner(share, tandem.COSIGNER)
  }

  async function settle(): Promise<void> {
    const { made } = kept
    const mine =
      kept.share || made ? standingOf(kept) : tandem.standing(tandem.NO_EPOCHS, undefined)
    const [first] = greeting.wallets
    if (!first) return forgetMade()
    const what = tandem.reconcile(mine, tandem.standingIn(greeting, first.keyId))
    if (what.kind === 'send-abort') {
      const { sid } = what
      const signature = tandem.signAbort(tandem.NO_EPOCHS, tandem.DEVICE, sid, sign)
      say({ type: 'dkg-abort', from: tandem.DEVICE, sid, signature })
    } else if (what.kind === 'send-cert' && made) {
      wire.send(made.g5)
      await hear('dkg-ack')
      adopt(made)
    } else if (what.kind === 'await-cert') {
      useSetup(await flow('N4'))
    } else if (what.kind === 'await-abort') {
      await hear('dkg-abort')
      const { waiting: _waiting, ...rest } = kept
      kept = rest
    } else if (what.kind === 'in-step') {
      if (made) adopt(made)
    } else throw new Error(`nothing brings both together: ${what.kind}`)
  }

  /** The daemon has nothing of it. */
  function forgetMade(): void {
    if (kept.share) throw new Error('the daemon lost a wallet')
  }

  /** The next message of one of these types; others are passed over. */
  async function next(...types: tandem.Header['type'][]): Promise<Packet> {
    for (;;) {
      const packet = await receive()
      if (types.includes(packet.header.type)) return packet
      if (packet.header.type === 'receipt') keepReceipt(packet)
    }
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
    get ledger() {
      return signer?.ledger
    },
    keyAt,
    makeWallet,
    rotate,
    rekey,
    settle,
    say,
    ask: async (chain, payload, how = {}) => ask(chain, payload, read(chain, payload, how), how),
    async sign(chain, payload, how = {}) {
      const found = read(chain, payload, how)
      const verdict = await ask(chain, payload, found, how)
      if (verdict.decision !== 'allow') throw new Error(`${verdict.decision}: ${verdict.rule}`)
      return found.reading.assemble(await signEntries(found.request))
    },
    async begin(chain, payload, requestId) {
      const { reading, request } = read(chain, payload, { requestId })
      return reading.assemble(await signEntries(request))
    },
    send: (packet) => wire.send(packet),
    show(requestId, proof) {
      say({ type: 'factor', requestId, proof }, requestId)
      return hear('verdict')
    },
    async offer(offer) {
      say({ type: 'enrol', ...offer }, offer.requestId)
      return (await hear('enrolment')).state
    },
    cancel: (requestId) => say({ type: 'cancel', requestId }, requestId),
    audit,
    close: () => wire.close(),
  }
}

/** Where a device stands with its wallet. */
function standingOf({ held, ot, made, waiting }: Kept): tandem.Standing {
  if (made) {
    const first = tandem.firstOt({ ...made.held, value: made.share }, tandem.COSIGNER)
    return tandem.standing({ ...tandem.NO_EPOCHS, active: made.held }, first)
  }
  return tandem.standing({ ...tandem.NO_EPOCHS, active: held }, ot && { ...ot, prepared: waiting })
}

function statusOf(kept: Kept) {
  const [first] = (kept.made?.share ?? kept.share)?.keys ?? []
  if (!first) throw new Error('no wallet')
  return tandem.statusOf(first.keyId, standingOf(kept), kept.receipt)
}
