/**
 * Both sides of a ceremony in one place and in the open, as PROTOCOL.md puts it: secrets are summed
 * instead of commitments, so every point here is computed on another way than in the product.
 */
import { createPrivateKey, sign } from 'node:crypto'
import { EMPTY, concat, toBigInt, u8 } from '../../src/core/bytes.ts'
import { H, H2S, H512 } from '../../src/core/hash.ts'
import { ED25519_ORDER, type SuiteId, mod, suites, timesBase } from '../../src/core/suite.ts'
import { baseSid, receiverInit, senderInit } from '../../src/ot/base.ts'
import { testRng } from '../../src/testing.ts'
import { group } from './group.ts'
import { encryptShare } from './naive-pve.ts'
import { type Value, inverse, scalarOf } from './values.ts'

/** One machine of the story. */
export type Machine = {
  readonly id: number
  /** Another number than `id` where it acts for the recovery party. */
  readonly contributor: number
  readonly seed: string
  /** The seed of its Ed25519 key (RFC 8032), and the public key. */
  readonly identitySecret: Uint8Array
  readonly identityPk: Uint8Array
  /** Its half of sk_B, in split mode. */
  readonly half?: Uint8Array
  /** The shares it contributes in a RESHARE. */
  readonly oldShares?: ReadonlyMap<SuiteId, Uint8Array>
}

export type OldKey = {
  readonly suite: SuiteId
  readonly epochSid: Uint8Array
  readonly chainCode: Uint8Array
}

export type Story = {
  readonly suites: readonly SuiteId[]
  readonly t: number
  readonly holders: readonly number[]
  readonly instanceId: Uint8Array
  /** `backupMode‖pk_B`, and pk_B where it is known before. */
  readonly backup: { readonly mode: Uint8Array; readonly publicKey?: Uint8Array }
  readonly old?: readonly OldKey[]
  readonly E: Machine
  readonly D: Machine
}

/** Everything that is drawn and said in a ceremony. */
export type Ceremony = ReturnType<typeof naiveCeremony>

export function naiveCeremony(story: Story) {
  const { E, D, old } = story
  const contributors = [E.contributor, D.contributor].toSorted((a, b) => a - b)
  const ccHash = old ? H('cc', concat(...old.map(({ chainCode }) => chainCode))) : EMPTY
  const params = H(
    'dkg-params',
    Uint8Array.from(story.suites),
    u8(story.t),
    Uint8Array.from(story.holders),
    Uint8Array.from(contributors),
    concat(...[E, D].flatMap(({ id, identityPk }) => [u8(id), identityPk])),
    story.backup.mode,
    concat(...(old ?? []).map(({ epochSid }) => epochSid)),
    ccHash,
    story.instanceId,
  )
  const [drawnE, drawnD] = [draw(story, E, contributors), draw(story, D, contributors)]
  const salts = { E: drawnE.rng('salt', 32), D: new Uint8Array(32) }
  const { nonce, FF, backupPk, cc } = drawnE
  const C_E = H('dkg-com', params, u8(E.contributor), nonce, FF, backupPk, cc, salts.E)
  const sid = H('dkg-sid2', params, nonce, drawnD.nonce, C_E)
  const one = { ...drawnE, ...reveal(story, drawnE, sid, D), salt: salts.E }
  const two = { ...drawnD, ...reveal(story, drawnD, sid, E), salt: salts.D }
  const sides = [one, two].toSorted((a, b) => a.contributor - b.contributor)

  const contributions = concat(
    ...sides.flatMap((side) => [
      u8(side.contributor),
      side.nonce,
      side.salt,
      side.cc,
      side.backupPk,
      side.FF,
      side.PP,
    ]),
  )
  const keys = story.suites.map((id, at) => {
    const suite = suites[id]
    const value = (x: number) =>
      mod(one.polynomials[at]!.value(x) + two.polynomials[at]!.value(x), suite.order)
    const X = timesBase(suite, value(0)).toBytes()
    const chainCode =
      old?.[at]?.chainCode ??
      H('dkg-cc', sid, u8(id), concat(...sides.flatMap((side) => [u8(side.contributor), side.cc])))
    const shares = story.holders.map((holder) => scalarOf(suite, value(holder)))
    const points = story.holders.map((holder) => timesBase(suite, value(holder)).toBytes())
    const summed = one.polynomials[at]!.f.map((f, k) =>
      timesBase(suite, mod(f + two.polynomials[at]!.f[k]!, suite.order)).toBytes(),
    )
    return { suite: id, X, chainCode, shares, points, summed, keyId: H('key-id', u8(id), X) }
  })
  const keyBytes = concat(
    ...keys.flatMap(({ suite, X, chainCode, points }) => [
      u8(suite),
      X,
      chainCode,
      ...points.flatMap((point, at) => [u8(story.holders[at]!), point]),
    ]),
  )
  const tau = H('dkg-transcript', sid, contributions, keyBytes)

  const pk_B =
    story.backup.publicKey ??
    (one.backupPk.length > 0 ? group.add(one.backupPk, two.backupPk) : undefined)
  const [backupE, backupD] = [
    encryptParts(story, one, sid, pk_B),
    encryptParts(story, two, sid, pk_B),
  ]
  const ct = new Map([
    [E.contributor, backupE.ct],
    [D.contributor, backupD.ct],
  ])
  const ctHashes = pk_B ? concat(...contributors.map((id) => H('ct', ct.get(id)!))) : EMPTY
  const zsHash = (zs: Uint8Array) => (zs.length > 0 ? H('zs', zs) : EMPTY)
  const tau_ED = H(
    'pair-transcript',
    tau,
    u8(E.id),
    u8(D.id),
    one.botA,
    one.botR,
    two.botA,
    two.botR,
    zsHash(one.zs),
    zsHash(two.zs),
    ctHashes,
  )
  const [certE, certD] = [certify(E, tau, tau_ED), certify(D, tau, tau_ED)]
  return {
    ccHash,
    params,
    C_E,
    sid,
    E: { ...one, backup: backupE, cert: certE },
    D: { ...two, backup: backupD, cert: certD },
    contributions,
    keys: keys.map((key) => ({ ...key, epochSid: H('epoch', tau, u8(key.suite)) })),
    keyBytes,
    tau,
    pk_B,
    ctHashes,
    tau_ED,
    zsSeed: one.zs.length > 0 ? H('zs-seed', sid, one.zs, two.zs) : EMPTY,
    messages: {
      G1: concat(nonce, C_E),
      G2: concat(two.nonce, two.FF, two.backupPk, two.cc, two.PP, two.botA, two.botR),
      G3: concat(
        concat(one.FF, one.backupPk, one.cc, one.salt, one.PP, one.botA, one.botR),
        concat(one.handed, one.zs, backupE.ct),
      ),
      G4: concat(two.handed, two.zs, backupD.ct, certD.cert),
      G5: certE.cert,
    },
  }
}

/** What a machine draws before the ceremony has a name. */
function draw(story: Story, machine: Machine, contributors: readonly number[]) {
  const { contributor: me, half, oldShares } = machine
  const rng = testRng(machine.seed)
  const polynomials = story.suites.map((id) => {
    const suite = suites[id]
    const f = Array.from({ length: story.t }, (_, k) => {
      const old = oldShares?.get(id)
      if (k > 0 || !old) return toBigInt(rng(`f/${id}/${k}`, 48)) % suite.order
      const weight = lagrange(contributors, me, suite.order)
      return mod(weight * suite.decodeScalar(old, 'old share'), suite.order)
    })
    const value = (x: number) =>
      f.reduce(
        (sum, coefficient, k) => mod(sum + coefficient * BigInt(x) ** BigInt(k), suite.order),
        0n,
      )
    return { suite, f, F: f.map((one) => timesBase(suite, one).toBytes()), value }
  })
  return {
    ...machine,
    rng,
    polynomials,
    nonce: rng('nonce', 32),
    cc: story.old ? concat(...story.old.map(({ chainCode }) => chainCode)) : rng('cc', 32),
    backupPk: half ? group.timesBase(half) : EMPTY,
    FF: concat(...polynomials.flatMap(({ F }) => F)),
  }
}

type Drawn = ReturnType<typeof draw>

/** Proofs, base OTs, and what goes to the other machine alone. */
function reveal({ suites: ids }: Story, side: Drawn, sid: Uint8Array, peer: Machine) {
  const { rng, contributor, polynomials, half, backupPk } = side
  const poks = polynomials.flatMap(({ suite, f, F }) =>
    f.map((secret, k) => {
      const r = toBigInt(rng(`pok/${suite.id}/${k}`, 48)) % suite.order
      const T = timesBase(suite, r).toBytes()
      const parts = [sid, u8(suite.id), u8(contributor), u8(k), F[k]!, T]
      const e = H2S(suite.order, 'pok', ...parts)
      const z = scalarOf(suite, r + e * secret)
      return { suite: suite.id, k, r: scalarOf(suite, r), T, e: scalarOf(suite, e), z }
    }),
  )
  const pokB = half ? [proveHalf(rng('pok-b', 64), sid, contributor, half, backupPk)] : []
  const ot = ids.includes(1)
  const botSid = {
    asSender: baseSid(sid, side.id, peer.id),
    asReceiver: baseSid(sid, peer.id, side.id),
  }
  return {
    poks,
    pokB,
    PP: concat(...[...poks, ...pokB].flatMap(({ T, z }) => [T, z])),
    bsid: botSid,
    botA: ot ? senderInit(group, rng).botA : EMPTY,
    botR: ot ? receiverInit(group, botSid.asReceiver, rng).botR : EMPTY,
    handed: concat(...polynomials.map(({ suite, value }) => scalarOf(suite, value(peer.id)))),
    zs: ot ? rng('zs', 32) : EMPTY,
  }
}

/** In ristretto255, whose scalars are Ed25519's. */
function proveHalf(
  wide: Uint8Array,
  sid: Uint8Array,
  contributor: number,
  half: Uint8Array,
  pk: Uint8Array,
) {
  const scalars = suites[3]
  const r = group.reduce(wide)
  const T = group.timesBase(r)
  const e = toBigInt(H512('pok-b', sid, u8(contributor), pk, T)) % ED25519_ORDER
  const z = scalars.decodeScalar(r, 'r') + e * scalars.decodeScalar(half, 'half')
  return { r, T, e: scalarOf(scalars, e), z: scalarOf(scalars, z) }
}

function encryptParts(
  { suites: ids }: Story,
  { rng, polynomials, contributor }: Drawn,
  sid: Uint8Array,
  publicKey: Uint8Array | undefined,
): { readonly ct: Uint8Array; readonly values: readonly Value[] } {
  if (!publicKey) return { ct: EMPTY, values: [] }
  const parts = ids.map((_, at) => {
    const { suite, value } = polynomials[at]!
    const x = value(3)
    return encryptShare({ suite, sid, contributor, x, Q: timesBase(suite, x), publicKey }, rng)
  })
  return { ct: concat(...parts.map(({ ct }) => ct)), values: parts.map(({ values }) => values) }
}

/** With OpenSSL's Ed25519, which is deterministic. */
function certify({ id, identitySecret }: Machine, tau: Uint8Array, pairs: Uint8Array) {
  const message = H('dkg-cert', u8(id), tau, pairs)
  return { message, cert: signWith(identitySecret, message) }
}

export function signWith(secret: Uint8Array, message: Uint8Array): Uint8Array {
  const prefix = Buffer.from('302e020100300506032b657004220420', 'hex')
  const key = createPrivateKey({
    key: Buffer.concat([prefix, secret]),
    format: 'der',
    type: 'pkcs8',
  })
  return new Uint8Array(sign(null, message, key))
}

function lagrange(all: readonly number[], me: number, order: bigint): bigint {
  return all
    .filter((id) => id !== me)
    .reduce(
      (product, id) =>
        mod(product * BigInt(id) * inverse(mod(BigInt(id - me), order), order), order),
      1n,
    )
}
