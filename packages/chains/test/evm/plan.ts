import * as fc from 'fast-check'
import { hexToBytes, maxUint160, maxUint256 } from 'viem'
import { hashAuthorization } from 'viem/utils'
import type { SignedAuthorization, Transaction } from '../../src/evm/index.ts'
import { testSigner } from './signer.ts'
import { NFTS_EACH, type Person, type World } from './world.ts'
import { type Chance, type Planned, kinds, personAt } from './kinds.ts'

export type Choice = Chance & { readonly kind: keyof typeof kinds }

const NOBODY = `0x${'0'.repeat(40)}` as const

const amounts = fc.oneof(
  { weight: 8, arbitrary: fc.bigInt(1n, 10n ** 9n) },
  { weight: 1, arbitrary: fc.constantFrom(0n, 1n, maxUint256, maxUint160, 1n << 255n) },
  { weight: 1, arbitrary: fc.bigInt(0n, maxUint256) },
)

/** Always the same for the same `seed`. */
export function choices(
  seed: number,
  count: number,
  people: number,
  from: readonly Choice['kind'][] = Object.keys(kinds) as Choice['kind'][],
): Choice[] {
  const one = fc.record({
    kind: fc.constantFrom(...from),
    type: fc.constantFrom(0 as const, 1 as const, 2 as const),
    from: fc.nat(people - 1),
    to: fc.nat(people - 1),
    amount: amounts,
    small: fc.bigInt(1n, 10n ** 6n),
    fee: fc.bigInt(2n * 10n ** 9n, 10n ** 11n),
    yes: fc.boolean(),
    count: fc.integer({ min: 1, max: 4 }),
    id: fc.nat(Number(NFTS_EACH) - 1),
  })
  return fc.sample(one, { seed, numRuns: count })
}

function plan(world: World, choice: Choice): Planned {
  return kinds[choice.kind]({ world, choice, self: senderOf(world, choice) })
}

/** The same as a transaction of the chosen type; some kinds need a type of their own. */
export function transactionFor(
  world: World,
  choice: Choice,
  nonce: bigint,
  serial: number,
): Transaction {
  const { to, value, data } = plan(world, choice)
  const { type, fee, small } = choice
  const common = {
    chainId: BigInt(world.anvil.chainId),
    nonce,
    gasLimit: to === undefined ? 3_000_000n : 900_000n,
    value,
    data: hexToBytes(data),
  }
  const accessList = choice.yes
    ? [{ address: world.token, storageKeys: [new Uint8Array(32).fill(choice.id)] }]
    : []
  const fees = { maxFeePerGas: fee, maxPriorityFeePerGas: small }
  if (choice.kind === 'delegation') {
    const authorizationList = authorizations(world, choice, serial)
    return { type: 4, ...common, ...fees, to: to ?? NOBODY, accessList, authorizationList }
  }
  const call = { ...common, ...(to === undefined ? {} : { to }) }
  if (type === 0) return { type, ...call, gasPrice: fee }
  if (type === 1) return { type, ...call, gasPrice: fee, accessList }
  return { type, ...call, ...fees, accessList }
}

/** By accounts of their own: some valid, some for another nonce or chain, some taken away. */
function authorizations(world: World, choice: Choice, serial: number): SignedAuthorization[] {
  return Array.from({ length: choice.count }, (_, index) => {
    const variant = (choice.id + index) % 5
    const { sign } = testSigner(world.network, `authority ${serial} ${index}`)
    const authorization = {
      chainId: variant === 0 ? 0n : variant === 1 ? 5n : BigInt(world.anvil.chainId),
      address: variant === 2 ? NOBODY : world.batchAccount,
      nonce: variant === 3 ? 7n : 0n,
    }
    const { chainId, address, nonce } = authorization
    const digest = hashAuthorization({
      chainId: Number(chainId),
      address,
      nonce: Number(nonce),
    })
    const signature = sign(hexToBytes(digest))
    return {
      ...authorization,
      r: wordAt(signature, 0),
      s: wordAt(signature, 32),
      yParity: BigInt(signature[64] ?? 0),
    }
  })
}

function wordAt(bytes: Uint8Array, start: number): bigint {
  return bytes.subarray(start, start + 32).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n)
}

/** Only some run code as themselves. */
export function senderOf(world: World, { kind, from }: Choice): Person {
  return personAt(world, kind === 'several calls of my own' ? from % world.delegated : from)
}
