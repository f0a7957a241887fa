import { createHash, createHmac } from 'node:crypto'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { concat, toBigInt, u32 } from '../../src/core/bytes.ts'
import {
  ECDSA,
  ED25519,
  type SuiteId,
  TAPROOT,
  mod,
  suites,
  timesBase,
} from '../../src/core/suite.ts'
import { addressKey } from '../../src/frost/tweak.ts'
import { derive } from '../../src/hd/derive.ts'
import { type Path, paths } from '../../src/hd/path.ts'
import { testRng } from '../../src/testing.ts'
import { bip32, taprootOutput } from '../campaign/requests.ts'
import { type VectorFile, agreed, scalarOf } from './values.ts'

const seed = 'vectors/hd'
const rng = testRng(seed)

/** Every family's path from a root, a step at a time, and the Taproot output. */
export function hdVectors(): VectorFile[] {
  const values = {
    about: 'PROTOCOL.md, sections 9 and 10',
    seed,
    chains: [
      chain(ECDSA, paths.evm(7)),
      chain(ECDSA, paths.p2wpkh(0, 1, 1, 2 ** 31 - 1)),
      chain(ED25519, paths.solana(3)),
    ],
    taproot: [paths.taproot(0, 0, 0, 5), paths.taproot(1, 0, 0, 0), []].map(output),
  }
  return [{ path: 'hd.json', values }]
}

function root(suiteId: SuiteId) {
  const suite = suites[suiteId]
  const secret = toBigInt(rng(`root/${suiteId}`, 48)) % suite.order
  const X = timesBase(suite, secret).toBytes()
  return { suite, secret, X, chainCode: rng(`cc/${suiteId}`, 32) }
}

function chain(suiteId: SuiteId, path: Path) {
  const { suite, secret, X, chainCode } = root(suiteId)
  let [t, code, key] = [0n, chainCode, X]
  const steps = path.map((index, depth) => {
    const {
      publicKey,
      chainCode: next,
      tweak,
    } = derive(suiteId, X, chainCode, path.slice(0, depth + 1))
    const data = concat(key, new Uint8Array(suiteId === ED25519 ? 1 : 0), u32(index))
    const I = new Uint8Array(createHmac('sha512', code).update(data).digest())
    t = mod(t + toBigInt(I.slice(0, 32)), suite.order)
    const again = timesBase(suite, mod(secret + t, suite.order)).toBytes()
    key = agreed('child', publicKey, again)
    code = agreed('chain code', next, I.slice(32))
    return {
      index,
      I,
      t_path: agreed('t', scalarOf(suite, tweak), scalarOf(suite, t)),
      key,
      chainCode: code,
    }
  })
  return { suite: suiteId, X, chainCode, path, steps }
}

/** The internal key of a path, its TapTweak, and PK'. */
function output(path: Path) {
  const { suite, X, chainCode } = root(TAPROOT)
  const child = derive(TAPROOT, X, chainCode, path)
  const internal = agreed('CKDpub', child.publicKey, bip32(X, chainCode, path))
  const tag = createHash('sha256').update('TapTweak').digest()
  const tapTweak = createHash('sha256')
    .update(concat(tag, tag, internal.subarray(1)))
    .digest()
  const { publicKey, negate, shift } = addressKey(TAPROOT, X, chainCode, path)
  agreed('output', publicKey.slice(1), taprootOutput(internal))
  const even = secp256k1.Point.fromHex(`02${Buffer.from(internal.subarray(1)).toString('hex')}`)
  const point = even.add(secp256k1.Point.BASE.multiply(toBigInt(tapTweak)))
  return {
    path,
    X,
    chainCode,
    t_path: scalarOf(suite, child.tweak),
    internalKey: internal,
    negate,
    tapTweak: new Uint8Array(tapTweak),
    shift: scalarOf(suite, shift),
    PK_prime: agreed("PK'", publicKey, point.toBytes()),
    outputKey: publicKey.slice(1),
  }
}
