import type { FROST } from '@noble/curves/abstract/frost.js'
import { secp256k1_FROST } from '@noble/curves/secp256k1.js'
import { hexToBytes } from '@noble/hashes/utils.js'
import { describe, expect, test } from 'vitest'
import { deal } from '../../test/deal.ts'
import { ownVectors, publishedVectors } from '../../test/vectors.ts'
import { DecodeError } from '../abort.ts'
import { concat } from '../core/bytes.ts'
import { ED25519, TAPROOT, mod, suites } from '../core/suite.ts'
import type { PartyId } from '../party.ts'
import type { Rng } from '../rng.ts'
import { type FrostTask, answerS1, finishS2, openS1, prepareFrost, startFrost } from './sign.ts'
import { type FrostSuiteId, frostSuites } from './suite.ts'
import { addressKey, shiftPoint, shiftShare } from './tweak.ts'

type Signing = {
  inputs: {
    participant_list: number[]
    group_secret_key: string
    group_public_key?: string
    verifying_key_key?: string
    message: string
    share_polynomial_coefficients: [string]
    participant_shares: { identifier: number; participant_share: string }[]
  }
  round_one_outputs: {
    outputs: {
      identifier: number
      hiding_nonce_randomness: string
      binding_nonce_randomness: string
      hiding_nonce: string
      binding_nonce: string
      hiding_nonce_commitment: string
      binding_nonce_commitment: string
    }[]
  }
  round_two_outputs: { outputs: { identifier: number; sig_share: string }[] }
  final_output: { sig: string }
}

const read = (text: string): Signing => JSON.parse(text) as Signing
const publicKeyOf = ({ inputs }: Signing): Uint8Array =>
  hexToBytes((inputs.group_public_key ?? inputs.verifying_key_key)!)

const published = ({ final_output: { sig } }: Signing): Uint8Array => hexToBytes(sig)

/** The published signing round, as the two messages and the signature of this package. */
function replay(
  suite: FrostSuiteId,
  vectors: Signing,
  [first, second]: [PartyId, PartyId],
): Uint8Array {
  const { inputs, round_one_outputs: one, round_two_outputs: two } = vectors
  const secret = suites[suite].decodeScalar(hexToBytes(inputs.group_secret_key), 'secret')
  const shares = deal(suite, 'vectors', { secret })
  const publicKey = publicKeyOf(vectors)
  expect(shares.get(1)!.publicKey).toEqual(publicKey)

  const scalars = new Map(
    inputs.participant_shares.map((share) => [
      share.identifier,
      hexToBytes(share.participant_share),
    ]),
  )
  const base = suites[suite].base
  const coefficient = hexToBytes(inputs.share_polynomial_coefficients[0])
  const common = {
    ...shares.get(1)!,
    commitments: [publicKey, base.multiply(suites[suite].decodeScalar(coefficient, 'a')).toBytes()],
    publicShares: new Map(
      [...scalars].map(([id, share]) => [
        id,
        base.multiply(suites[suite].decodeScalar(share, 's')).toBytes(),
      ]),
    ),
  }
  const task = (me: PartyId): FrostTask => {
    const prepared = prepareFrost({
      key: { ...common, secret: scalars.get(me)! },
      me,
      signers: inputs.participant_list,
      path: [],
      message: hexToBytes(inputs.message),
      requestId: new Uint8Array(16),
      index: 0,
      attempt: 1,
    })
    // The published Taproot key is the output key itself, without a tweak.
    return { ...prepared, address: { suite, publicKey, negate: false, shift: 0n } }
  }
  const output = (id: PartyId) => one.outputs.find(({ identifier }) => identifier === id)!
  const rng =
    (id: PartyId): Rng =>
    (label) => {
      const { hiding_nonce_randomness: hiding, binding_nonce_randomness: binding } = output(id)
      return hexToBytes(label === 'frost-0' ? hiding : binding)
    }
  const commitments = (id: PartyId) =>
    concat(
      hexToBytes(output(id).hiding_nonce_commitment),
      hexToBytes(output(id).binding_nonce_commitment),
    )
  const share = (id: PartyId) =>
    hexToBytes(two.outputs.find(({ identifier }) => identifier === id)!.sig_share)

  const { state, s1 } = startFrost(task(first), rng(first))
  expect(s1.slice(32)).toEqual(commitments(first))
  const { s2 } = answerS1(openS1(task(second), s1), rng(second))
  expect(s2).toEqual(concat(commitments(second), share(second)))
  return finishS2(state, s2).signature
}

/** The same round by the library alone, for groups and names that the wallet does not use. */
function replayLibrary(noble: FROST, vectors: Signing): Uint8Array {
  const { inputs, round_one_outputs: one, round_two_outputs: two } = vectors
  const name = (id: number): string => noble.Identifier.fromNumber(id)
  const message = hexToBytes(inputs.message)
  const group = {
    signers: { min: 2, max: inputs.participant_shares.length },
    commitments: [publicKeyOf(vectors)],
    verifyingShares: {},
  }
  const list = one.outputs.map((output) => ({
    identifier: name(output.identifier),
    hiding: hexToBytes(output.hiding_nonce_commitment),
    binding: hexToBytes(output.binding_nonce_commitment),
  }))
  const shares: Record<string, Uint8Array> = {}
  for (const output of one.outputs) {
    const { participant_share: share } = inputs.participant_shares.find(
      ({ identifier }) => identifier === output.identifier,
    )!
    const secret = { identifier: name(output.identifier), signingShare: hexToBytes(share) }
    const draws = [output.hiding_nonce_randomness, output.binding_nonce_randomness].map(hexToBytes)
    const { nonces, commitments } = noble.commit(secret, () => draws.shift()!)
    expect(commitments).toEqual(list.find(({ identifier }) => identifier === secret.identifier))
    expect(nonces).toEqual({
      hiding: hexToBytes(output.hiding_nonce),
      binding: hexToBytes(output.binding_nonce),
    })
    shares[secret.identifier] = noble.signShare(secret, group, nonces, list, message)
  }
  for (const { identifier, sig_share: share } of two.outputs)
    expect(shares[name(identifier)]).toEqual(hexToBytes(share))
  const verifyingShares = Object.fromEntries(
    list.map(({ identifier }) => [identifier, publicKeyOf(vectors)]),
  )
  return noble.aggregate({ ...group, verifyingShares }, list, message, shares)
}

describe('RFC 9591', () => {
  test('FROST(Ed25519, SHA-512): the published signature, whoever begins', () => {
    const vectors = read(ownVectors('rfc9591/frost-ed25519-sha512.json'))
    expect(replay(ED25519, vectors, [1, 3])).toEqual(published(vectors))
    expect(replay(ED25519, vectors, [3, 1])).toEqual(published(vectors))
  })

  test('FROST(secp256k1, SHA-256): the library gives the published signature', () => {
    const vectors = read(ownVectors('rfc9591/frost-secp256k1-sha256.json'))
    expect(replayLibrary(secp256k1_FROST, vectors)).toEqual(published(vectors))
  })
})

describe('ZF FROST', () => {
  test('frost-ed25519: the published signature, whoever begins', (context) => {
    const vectors = read(publishedVectors(context, 'zf-frost/frost-ed25519/vectors.json'))
    expect(replay(ED25519, vectors, [1, 3])).toEqual(published(vectors))
    expect(replay(ED25519, vectors, [3, 1])).toEqual(published(vectors))
  })

  test.for(['vectors.json', 'vectors-big-identifier.json'])(
    'frost-secp256k1-tr: the published signature of %s, whoever begins',
    (file, context) => {
      const vectors = read(publishedVectors(context, `zf-frost/frost-secp256k1-tr/${file}`))
      expect(replay(TAPROOT, vectors, [1, 3])).toEqual(published(vectors))
      expect(replay(TAPROOT, vectors, [3, 1])).toEqual(published(vectors))
    },
  )

  test('frost-ed25519: the library signs under names beyond one byte', (context) => {
    const file = 'zf-frost/frost-ed25519/vectors-big-identifier.json'
    const vectors = read(publishedVectors(context, file))
    expect(vectors.inputs.participant_list).toEqual([129, 256, 257])
    expect(replayLibrary(frostSuites[3].noble, vectors)).toEqual(published(vectors))
  })

  type Dkg = { inputs: { verifying_key: string } & Record<'1' | '2' | '3', DkgParty> }
  type DkgParty = {
    signing_key: string
    coefficient: string
    vss_commitments: [string, string]
    signing_shares: Record<string, string>
    verifying_share: string
    signing_share: string
  }

  test.for([
    [TAPROOT, 'frost-secp256k1-tr'],
    [ED25519, 'frost-ed25519'],
  ] as const)(
    'suite %i: the shares of %s are the sums of the dealt shares, tweaked as ours are',
    ([id, name], context) => {
      const suite = suites[id]
      const { inputs } = JSON.parse(
        publishedVectors(context, `zf-frost/${name}/vectors_dkg.json`),
      ) as Dkg
      const scalar = (hex: string) => suite.decodeScalar(hexToBytes(hex), 'scalar')
      const sum = (values: bigint[]) => values.reduce((all, one) => mod(all + one, suite.order), 0n)
      const parties = (['1', '2', '3'] as const).map((me) => ({ me, ...inputs[me] }))

      const secret = sum(parties.map((one) => scalar(one.signing_key)))
      const root = suite.base.multiply(secret).toBytes()
      const address = addressKey(id, root, new Uint8Array(32), [])
      expect(address.publicKey).toEqual(hexToBytes(inputs.verifying_key))
      for (const { me, ...party } of parties) {
        const [first, second] = [party.signing_key, party.coefficient].map(scalar)
        expect(party.vss_commitments.map(hexToBytes)).toEqual([
          suite.base.multiply(first!).toBytes(),
          suite.base.multiply(second!).toBytes(),
        ])
        for (const [to, share] of Object.entries(party.signing_shares).filter(([to]) => to !== me))
          // The file lists under each party the shares that it received.
          expect(scalar(share)).toBe(
            sum([
              scalar(inputs[to as '1'].signing_key),
              BigInt(me) * scalar(inputs[to as '1'].coefficient),
            ]),
          )
        const mine = sum(
          parties.flatMap((one) => [scalar(one.signing_key), BigInt(me) * scalar(one.coefficient)]),
        )
        const shifted = shiftShare(address, suite.encodeScalar(mine))
        expect(shifted).toEqual(hexToBytes(party.signing_share))
        expect(shiftPoint(address, suite.base.multiply(mine).toBytes())).toEqual(
          hexToBytes(party.verifying_share),
        )
      }
    },
  )

  test.for([
    [TAPROOT, 'frost-secp256k1-tr'],
    [ED25519, 'frost-ed25519'],
  ] as const)('suite %i: the encodings and sums of %s', ([id, name], context) => {
    const suite = suites[id]
    const json = (file: string): unknown =>
      JSON.parse(publishedVectors(context, `zf-frost/${name}/${file}`))

    const { elements } = json('elements.json') as { elements: { invalid_element: string } }
    expect(() => suite.decodePoint(hexToBytes(elements.invalid_element), 'element')).toThrow(
      DecodeError,
    )

    const samples = json('samples.json') as Record<
      'identifier' | 'element1' | 'element2' | 'scalar1',
      string
    >
    expect(frostSuites[id].noble.Identifier.fromNumber(42)).toBe(samples.identifier)
    expect(suite.base.toBytes()).toEqual(hexToBytes(samples.element1))
    expect(
      suite.base.add(suite.base).equals(suite.decodePoint(hexToBytes(samples.element2), 'element')),
    ).toBe(true)
    const scalar = (hex: string | undefined) => suite.decodeScalar(hexToBytes(hex!), 'scalar')
    expect(suite.encodeScalar(scalar(samples.scalar1))).toEqual(hexToBytes(samples.scalar1))

    const repair = json('repair-share.json') as {
      scalar_generation: Record<string, string>
      sigma_generation: Record<string, string>
    }
    const add = (table: Record<string, string>, key: string, count: number) =>
      Array.from({ length: count }, (_, k) => scalar(table[`${key}_${k + 1}`])).reduce((sum, one) =>
        mod(sum + one, suite.order),
      )
    const { scalar_generation: random, sigma_generation: sigma } = repair
    expect(add(random, 'random_scalar', 3)).toBe(scalar(random['random_scalar_sum']))
    expect(add(sigma, 'sigma', 4)).toBe(scalar(sigma['sigma_sum']))
  })
})
