import { EMPTY, ascii, concat, lp, u16, u32, u64, u8 } from '../../src/core/bytes.ts'
import { H } from '../../src/core/hash.ts'
import { dhKeys } from '../../src/core/x25519.ts'
import { testRng } from '../../src/testing.ts'
import { type Step, type Terms, advance, answer, dial } from '../../src/wire/channel/connect.ts'
import { identityCard } from '../../src/wire/channel/identity.ts'
import { type Channel, type Message, open, seal } from '../../src/wire/channel/record.ts'
import { headerOf } from '../../src/wire/frame.ts'
import { messageTypes } from '../../src/wire/message-types.ts'
import { actor } from './ceremony.ts'
import { signWith } from './naive-ceremony.ts'
import { type Handshake, dhPair, naiveNoise, seal as chacha } from './naive-noise.ts'
import { type VectorFile, agreed, digest, part } from './values.ts'

const E = 1
const D = 2
const seed = 'vectors/channel'
const rng = testRng(seed)
const secret = rng('pairing', 16)

/** What belongs to one device, and the seeds of its ephemeral keys. */
function device(id: number, name: 'E' | 'D') {
  const { identitySecret, identityPk } = actor(name, seed)
  const own = `${seed}/${name}`
  const keys = dhKeys(testRng(own)('noise-static', 32))
  const noise = dhPair(keys.secret)
  agreed('noisePk', keys.publicKey, noise.publicKey)
  const message = H('noise-static', keys.publicKey)
  const card = agreed(
    'card',
    identityCard(id, identitySecret, keys.publicKey),
    concat(u8(id), identityPk, signWith(identitySecret, message)),
  )
  const seeds = { pairing: `${own}/pairing`, session: `${own}/session` }
  return { id, name, identitySecret, identityPk, keys, card, seeds }
}

const one = device(E, 'E')
const two = device(D, 'D')

/** Both handshakes, and records on the session that follows. */
export function channelVectors(): VectorFile[] {
  const pairing = connect('pairing')
  const session = connect('session')
  const values = {
    about: 'PROTOCOL.md, section 2, and "Frames and records". E begins; ephemeral keys are noise-e',
    seed,
    E: deviceValues(one),
    D: deviceValues(two),
    secret,
    psk: H('pairing-psk', secret),
    pairing: pairing.values,
    session: session.values,
    records: records(session),
  }
  return [{ path: 'channel.json', values }]
}

function deviceValues({ id, identitySecret, identityPk, keys, card, seeds }: typeof one) {
  const noise = { noiseSecret: keys.secret, noisePk: keys.publicKey }
  return { id, identitySecret, identityPk, ...noise, card, seeds }
}

type Kind = 'pairing' | 'session'

function connect(kind: Kind) {
  const [first, second] = [rngOf(one, kind), rngOf(two, kind)]
  const dialled = dial(terms(one, two, kind), first)
  const answered = answer(terms(two, one, kind), dialled.send!, second)
  const third = advance(waiting(dialled), answered.send!, first)
  const last = third.send ? advance(waiting(answered), third.send, second) : answered
  const frames = [dialled.send!, answered.send!, ...(third.send ? [third.send] : [])]

  const pattern = kind === 'pairing' ? 'XXpsk3' : 'KK'
  const prologue = H('channel', ascii(pattern), u8(E), u8(D))
  const again = naiveNoise({
    name: `Noise_${pattern}_25519_ChaChaPoly_SHA256`,
    prologue,
    i: { s: one.keys, e: ephemeral(one, kind) },
    r: { s: two.keys, e: ephemeral(two, kind) },
    known: kind === 'session',
    ...(kind === 'pairing' ? { psk: H('pairing-psk', secret) } : {}),
    messages: messages(kind),
  })
  const clear = kind === 'pairing' ? u8(1) : concat(u8(2), one.keys.publicKey)
  const channels = { E: channel(third), D: channel(last) }
  agreed('binding', channels.E.binding, channels.D.binding)
  return {
    ...again,
    channels,
    values: {
      pattern,
      prologue,
      e_E: ephemeral(one, kind),
      e_D: ephemeral(two, kind),
      messages: again.steps.map(({ message, ...step }, turn) => ({
        ...step,
        frame: agreed(
          `${kind} ${turn}`,
          frames[turn]!,
          turn === 0 ? concat(clear, message) : message,
        ),
      })),
      key_E_to_D: again.fromI,
      key_D_to_E: again.fromR,
      binding: agreed('binding', channels.E.binding, again.binding),
    },
  }
}

function messages(kind: Kind): Handshake['messages'] {
  if (kind === 'session') {
    return [
      { tokens: 'e es ss', payload: EMPTY },
      { tokens: 'e ee se', payload: EMPTY },
    ]
  }
  return [
    { tokens: 'e', payload: EMPTY },
    { tokens: 'e ee s es', payload: two.card },
    { tokens: 's se psk', payload: one.card },
  ]
}

function terms(me: typeof one, peer: typeof one, kind: Kind): Terms {
  const common = { me: me.id, peer: peer.id, keys: me.keys }
  return kind === 'pairing'
    ? { ...common, kind, secret, card: me.card }
    : { ...common, kind, peerNoisePk: peer.keys.publicKey }
}

const rngOf = ({ seeds }: typeof one, kind: Kind) => testRng(seeds[kind])
const ephemeral = (of: typeof one, kind: Kind) => dhPair(rngOf(of, kind)('noise-e', 32))

function waiting(step: Step) {
  if (step.done) throw new Error('the handshake is over too soon')
  return step.connecting
}

function channel(step: Step): Channel {
  if (!step.done) throw new Error('the handshake is not over')
  return step.channel
}

/** Messages of the session: a short one each way, and one in two records. */
function records({ channels, fromI, fromR }: ReturnType<typeof connect>) {
  const about = {
    requestId: rng('requestId', 16),
    index: 258,
    attempt: 7,
    keyId: rng('keyId', 32),
    epoch: 3,
  }
  const long = new Uint8Array(70_000).map((_, i) => i % 251)
  const sent = [
    { from: E, to: D, type: 'F1', body: rng('F1', 100) },
    { from: E, to: D, type: 'G3', body: long },
    { from: D, to: E, type: 'F4', body: rng('F4', 65) },
  ] as const
  const ends = { 1: channels.E, 2: channels.D }
  const next = { 1: 0, 2: 0 }
  return sent.map(({ from, to, type, body }) => {
    const message: Message = { header: headerOf(type, from, to, about), body }
    const sealed = seal(ends[from], message)
    ends[from] = sealed.channel
    for (const record of sealed.records) {
      const opened = open(ends[to], record)
      if (opened.event !== 'message' && opened.event !== 'partial')
        throw new Error(`a record was ${opened.event}`)
      ends[to] = opened.channel
    }
    const header = concat(
      u8(messageTypes[type].code),
      about.requestId,
      u16(about.index),
      u32(about.attempt),
      about.keyId,
      u8(from),
      u8(to),
      u32(about.epoch),
    )
    const AD = concat(lp(ascii('tandem-dkls23-v1')), header)
    const content = concat(u32(body.length), body)
    const room = 65_536 - 8 - 61 - 16
    const made = sealed.records.map((record, at) => {
      const seq = BigInt(next[from]++)
      const text = part(content, at, room)
      const iv = concat(u32(0), u64(seq))
      const again = chacha(from === E ? fromI : fromR, iv, AD, text)
      return agreed('record', record, concat(u64(seq), header, again))
    })
    const isLong = body.length > 1000
    return {
      from,
      to,
      type,
      ...about,
      header,
      AD,
      body: isLong ? 'byte i is i mod 251, 70 000 bytes' : body,
      records: made.map((record) => (isLong ? digest(record) : record)),
    }
  })
}
