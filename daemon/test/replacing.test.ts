/** A request that replaces another one: where at most one of both can be mined, the larger counts. */
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { type Account, type Chain, type PublicKeyAt, account as accountOf } from '@tandem/chains'
import { normalizePsbt, psbtPayload } from '@tandem/chains/bitcoin'
import { batchPayload, serializeUnsigned, transactionPayload } from '@tandem/chains/evm'
import { derive, requestHash } from '@tandem/protocol'
import { Transaction } from '@scure/btc-signer'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { accounts } from '../src/core/accounts.ts'
import { decide } from '../src/core/approvals.ts'
import { onMarks } from '../src/core/on-marks.ts'
import { release } from '../src/core/release.ts'
import { type Decision, isFree, loadDecision, spentSince, useIds } from '../src/core/decision.ts'
import { actKinds } from '../src/core/policy/act.ts'
import { parseDocument } from '../src/core/policy/document.ts'
import { documentPolicy } from '../src/core/policy/document-policy.ts'
import { serially } from '../src/core/serially.ts'
import type { WalletRecord } from '../src/core/wallet-record.ts'
import { daemon, local, regtest } from './daemon-in-process.ts'
import { keptApart } from './kept-apart.ts'

const wallet = new Uint8Array(32).fill(1)
const secret = new Uint8Array(32).fill(7)
const chainCode = new Uint8Array(32).fill(3)
const start = Date.UTC(2026, 5, 1)
const { asset } = regtest.network.native
const ether = local.network.native.asset
const COIN = 1_000_000n
const ETHER = 10n ** 18n
/** Others may add and leave out inputs. */
const ANYONE_CAN_PAY = 0x81

const record: WalletRecord = {
  wallet,
  device: new Uint8Array(32).fill(2),
  keys: [
    { suite: 1, keyId: wallet, publicKey: secp256k1.getPublicKey(secret), chainCode },
    { suite: 2, keyId: chainCode, publicKey: secp256k1.getPublicKey(secret), chainCode },
  ],
  tested: true,
  createdAt: start,
}
const judge = { record: () => record, accounts: accounts(record.keys) }
const keyAt: PublicKeyAt = (suite, path) => {
  const key = record.keys.find((one) => one.suite === suite)!
  return derive(suite, key.publicKey, key.chainCode, path).publicKey
}
const own = accountOf(regtest.network.id, 0, regtest.addresses(keyAt, 0))
const ownEvm = accountOf(local.network.id, 0, local.addresses(keyAt, 0))
const script = Uint8Array.from(Buffer.from(own.addresses[0]!.key, 'hex'))
/** Of somebody else. */
const foreign = Uint8Array.of(0, 20, ...new Uint8Array(20).fill(9))

const idOf = (number: number) => new Uint8Array(16).fill(number + 1)

/** Spends whole coins, of which `leaves` goes away and the rest comes back. */
function spending(coins: readonly number[], leaves: bigint, sighashType?: number): Uint8Array {
  const transaction = new Transaction()
  for (const coin of coins)
    transaction.addInput({
      txid: new Uint8Array(32).fill(coin + 1),
      index: 0,
      witnessUtxo: { script, amount: COIN },
      ...(sighashType !== undefined && { sighashType }),
    })
  transaction.addOutput({ script: foreign, amount: leaves })
  const rest = COIN * BigInt(coins.length) - leaves
  if (rest > 0n) transaction.addOutput({ script, amount: rest })
  return psbtPayload(normalizePsbt(transaction.toPSBT(0)))
}

/** A transaction to somebody else, its fee included in what it pays. */
function paying(nonce: bigint, value: bigint): Uint8Array {
  return serializeUnsigned({
    type: 2,
    chainId: 31337n,
    nonce,
    maxPriorityFeePerGas: 1n,
    maxFeePerGas: 1n,
    gasLimit: 21_000n,
    to: `0x${'35'.repeat(20)}`,
    value: value > 21_000n ? value - 21_000n : 0n,
    data: new Uint8Array(),
    accessList: [],
  })
}

const allow = { rule: 'acts', name: 'all', decision: 'allow', acts: [...actKinds] }
const daily = (limit: bigint) => ({
  rule: 'limit',
  name: 'daily',
  assets: [asset, ether],
  per_window: limit.toString(),
  window: '24h',
  over: 'deny',
})

async function cosigner(limit: bigint) {
  const rules = [allow, daily(limit)]
  const document = parseDocument({ version: 1, name: 'test', change_after: '24h', rules })
  let clock = start
  const { parts } = await daemon({
    policy: documentPolicy(document),
    now: () => new Date(clock),
  })
  const load = async (number: number): Promise<Decision> => {
    const found = await loadDecision(parts.store, wallet, idOf(number))
    if (!found) throw new Error('it was asked')
    return found
  }
  const askFor = async (
    number: number,
    chain: Chain,
    account: Account,
    payload: Uint8Array,
    replaces?: number,
  ) => {
    const entries = chain
      .read(payload, account)
      .digests()
      .map(({ index, suite, path, message }) => {
        const { keyId } = record.keys.find((one) => one.suite === suite)!
        return { index, suite, path: [...path], message, keyId }
      })
    const request = {
      type: 'request',
      requestId: idOf(number),
      account: account.id,
      chain: chain.network.id,
      payload,
      entries: entries.map(({ index, suite, path, keyId }) => ({ index, suite, path, keyId })),
      hash: requestHash(entries),
      ...(replaces !== undefined && { replaces: idOf(replaces) }),
    } as const
    const { verdict } = await decide(parts, judge, request, keptApart(parts))
    return [verdict.decision, verdict.rule].join(' ')
  }
  return {
    parts,
    load,
    wait: (ms: number) => (clock += ms),
    ask: async (
      number: number,
      coins: readonly number[],
      leaves: bigint,
      replaces?: number,
      sighash?: number,
    ) => askFor(number, regtest, own, spending(coins, leaves, sighash), replaces),
    askEvm: async (number: number, payload: Uint8Array, replaces?: number) =>
      askFor(number, local, ownEvm, payload, replaces),
    async leave(number: number) {
      const requestId = idOf(number)
      await serially(parts.store, wallet, async () => {
        const mark = { type: 'released', requestId, index: 0, attempt: 0 } as const
        await parts.store.commit({ rows: await onMarks(parts, wallet, [mark]) })
      })
    },
    cancel: async (number: number) =>
      release(parts, { wallet, requestId: idOf(number) }, 'cancelled'),
    used: (of = asset) => spentSince(parts.store, wallet, of, new Date(0)),
  }
}

describe('a request that replaces another one', () => {
  test('fits where both together would not, and counts as the larger one', async () => {
    const { ask, leave, used } = await cosigner(500_000n)
    expect(await ask(0, [0], 300_000n)).toBe('allow daily')
    await leave(0)
    expect(await ask(1, [0], 310_000n, 0)).toBe('allow daily')
    expect(await used()).toBe(310_000n)
    await leave(1)
    expect(await ask(2, [0], 200_000n, 1)).toBe('allow daily')
    expect(await used()).toBe(310_000n)
    // The control: another coin is another payment.
    expect(await ask(3, [1], 200_000n)).toBe('deny daily')
    expect(await ask(4, [1], 190_000n)).toBe('allow daily')
    expect(await used()).toBe(500_000n)
  })

  test('is denied where the larger one does not fit', async () => {
    const { ask, leave, used } = await cosigner(500_000n)
    await ask(0, [0], 300_000n)
    await leave(0)
    expect(await ask(1, [0], 500_001n, 0)).toBe('deny daily')
    expect(await ask(2, [0], 500_000n, 0)).toBe('allow daily')
    expect(await used()).toBe(500_000n)
  })

  test('gives back what it added, and the coin, when it is cancelled', async () => {
    const { ask, leave, cancel, used, parts } = await cosigner(500_000n)
    await ask(0, [0], 300_000n)
    await leave(0)
    await ask(1, [0], 400_000n, 0)
    expect(await cancel(1)).toBe(true)
    expect(await used()).toBe(300_000n)
    expect(await ask(2, [0], 1000n)).toBe('deny used-twice')
    expect(await ask(3, [0], 1000n, 0)).toBe('allow daily')
    expect((await parts.store.list('use')).length).toBe(1)
  })

  test('keeps the coin when the one before it runs out of time', async () => {
    const { ask, cancel, used } = await cosigner(500_000n)
    await ask(0, [0], 300_000n)
    await ask(1, [0], 200_000n, 0)
    expect(await cancel(0)).toBe(true)
    expect(await used()).toBe(200_000n)
    expect(await ask(2, [0], 1000n)).toBe('deny used-twice')
  })

  test('what shares no nonce with the request that it names is refused', async () => {
    const { ask, leave, used } = await cosigner(5_000_000n)
    await ask(0, [0], 300_000n)
    await leave(0)
    expect(await ask(1, [1], 300_000n, 0)).toBe('deny replaces-nothing')
    expect(await ask(2, [1], 300_000n, 9)).toBe('deny replaces-nothing')
    expect(await ask(3, [1], 300_000n)).toBe('allow daily')
    expect(await used()).toBe(600_000n)
  })

  test('coins that only neighbours share are not counted as one payment', async () => {
    const { ask, leave, used } = await cosigner(5_000_000n)
    await ask(0, [0, 1], 1_000_000n)
    await leave(0)
    await ask(1, [1, 2], 1_000_000n, 0)
    await leave(1)
    expect(await used()).toBe(1_000_000n)
    // The first and the third have no coin in common: both can be mined.
    await ask(2, [2, 3], 1_000_000n, 1)
    expect(await used()).toBe(2_000_000n)
  })
})

describe('what is valid without the use that both share', () => {
  test('batches that share a nonce with the next are counted each for itself', async () => {
    const { askEvm, leave, used } = await cosigner((11n * ETHER) / 10n)
    const batch = (nonce: bigint, ...values: bigint[]) =>
      batchPayload(values.map((value, at) => paying(nonce + BigInt(at), value)))
    expect(await askEvm(0, batch(5n, 0n, ETHER))).toBe('allow daily')
    await leave(0)
    expect(await askEvm(1, batch(5n, 0n, 0n, ETHER), 0)).toBe('deny daily')
    expect(await askEvm(2, batch(5n, 0n, 0n, ETHER / 20n), 0)).toBe('allow daily')
    await leave(2)
    expect(await askEvm(3, batch(5n, 0n, 0n, 0n, ETHER), 2)).toBe('deny daily')
    expect(await used(ether)).toBeGreaterThan(ETHER + ETHER / 20n)
  })

  test('a transaction that replaces one with its nonce is still counted once', async () => {
    const { askEvm, leave, used } = await cosigner((11n * ETHER) / 10n)
    expect(await askEvm(0, transactionPayload(paying(5n, ETHER)))).toBe('allow daily')
    await leave(0)
    expect(await askEvm(1, transactionPayload(paying(5n, ETHER)), 0)).toBe('allow daily')
    expect(await used(ether)).toBe(ETHER)
  })

  test('a payment that is valid without the shared coin is counted for itself', async () => {
    const { ask, leave, used } = await cosigner(4n * COIN)
    // Whoever signs for one coin alone may lose all of it.
    expect(await ask(0, [0, 1], 1000n, undefined, ANYONE_CAN_PAY)).toBe('allow daily')
    await leave(0)
    expect(await used()).toBe(2n * COIN)
    expect(await ask(1, [0, 2], 1000n, 0, ANYONE_CAN_PAY)).toBe('allow daily')
    await leave(1)
    expect(await used()).toBe(4n * COIN)
    expect(await ask(2, [0, 3], 1000n, 1, ANYONE_CAN_PAY)).toBe('deny daily')
  })

  test.each([
    [ANYONE_CAN_PAY, undefined],
    [undefined, ANYONE_CAN_PAY],
  ])('one of two is whole, and both are counted', async (first, second) => {
    const { ask, leave, used } = await cosigner(5_000_000n)
    await ask(0, [0, 1], COIN, undefined, first)
    await leave(0)
    expect(await ask(1, [0, 2], COIN, 0, second)).toBe('allow daily')
    // Of the one that others may change both coins may be lost.
    expect(await used()).toBe(3n * COIN)
  })

  test('a durable nonce that a batch names twice is one use', () => {
    const nonce = { kind: 'durable-nonce', account: 'nonce', value: 'one' } as const
    const other = { ...nonce, value: 'two' }
    expect(useIds('solana:x', [nonce, other, nonce]).map(({ use }) => use)).toEqual([nonce, other])
  })
})

type Step =
  | { readonly do: 'ask'; readonly coins: number[]; readonly leaves: bigint; readonly of: number }
  | { readonly do: 'leave' | 'cancel'; readonly of: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('ask' as const),
      coins: fc.uniqueArray(fc.nat(3), { minLength: 1, maxLength: 2 }),
      leaves: fc.bigInt({ min: 1000n, max: 900_000n }),
      of: fc.nat(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('leave' as const, 'cancel' as const),
      of: fc.nat(),
    }),
  },
)

/** The most that can be mined of transactions of which none shares a coin with another. */
function mostMined(live: readonly { coins: number[]; leaves: bigint }[]): bigint {
  const [first, ...rest] = live
  if (!first) return 0n
  const without = mostMined(rest)
  const free = rest.filter(({ coins }) => !coins.some((coin) => first.coins.includes(coin)))
  const withIt = first.leaves + mostMined(free)
  return withIt > without ? withIt : without
}

test('whatever replaces whatever, no less is counted than can be mined', async () => {
  let replaced = 0
  let spared = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
      const { ask, leave, cancel, used, load } = await cosigner(1n << 60n)
      const asked: { coins: number[]; leaves: bigint }[] = []
      for (const one of steps) {
        if (one.do === 'ask') {
          const before = asked.findLastIndex(({ coins }) =>
            coins.some((coin) => one.coins.includes(coin)),
          )
          const names = before >= 0 && one.of % 8 > 0
          const verdict = await ask(asked.length, one.coins, one.leaves, names ? before : undefined)
          if (names && verdict.startsWith('allow')) replaced += 1
          asked.push(one)
        } else if (asked.length > 0) {
          const at = one.of % asked.length
          if (one.do === 'cancel') await cancel(at)
          else if ((await load(at)).state === 'allowed') await leave(at)
        }
      }
      const live: typeof asked = []
      for (const [at, one] of asked.entries()) if (!isFree(await load(at))) live.push(one)
      const counted = await used()
      const sum = live.reduce((all, { leaves }) => all + leaves, 0n)
      expect(counted).toBeGreaterThanOrEqual(mostMined(live))
      expect(counted).toBeLessThanOrEqual(sum)
      if (counted < sum) spared += 1
    }),
    { seed: 11, numRuns: 150, endOnFailure: true },
  )
  expect(replaced).toBeGreaterThan(20)
  expect(spared).toBeGreaterThan(5)
})
