/** Decisions of a wallet are made one after the other, whoever asks and however many at once. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { type PublicKeyAt, account as accountOf } from '@tandem/chains'
import { serializeUnsigned, transactionPayload } from '@tandem/chains/evm'
import { type ControlMessage, derive, emptyLedger, requestHash } from '@tandem/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { memory } from '../src/adapters/stores/memory.ts'
import { sqlite } from '../src/adapters/stores/sqlite/sqlite.ts'
import { accounts } from '../src/core/accounts.ts'
import { decide, decideWith } from '../src/core/approvals.ts'
import { expire } from '../src/core/expire.ts'
import { onMarks } from '../src/core/on-marks.ts'
import { release } from '../src/core/release.ts'
import { loadDecision, spentSince } from '../src/core/decision.ts'
import { parseDocument } from '../src/core/policy/document.ts'
import { documentPolicy } from '../src/core/policy/document-policy.ts'
import { serially } from '../src/core/serially.ts'
import type { WalletRecord } from '../src/core/wallet-record.ts'
import type { Store } from '../src/ports/store.ts'
import { daemon, local } from './daemon-in-process.ts'
import { keptApart } from './kept-apart.ts'

type Request = Extract<ControlMessage, { type: 'request' }>

const asset = 'eip155:31337/slip44:60'
const LIMIT = 1_000_000_000n
const FEE = 21_000n
const HOUR = 3_600_000
const start = new Date('2026-06-01T12:00:00Z').getTime()
const wallet = new Uint8Array(32).fill(1)
const publicKey = secp256k1.getPublicKey(new Uint8Array(32).fill(7))
const chainCode = new Uint8Array(32).fill(3)

const record: WalletRecord = {
  wallet,
  device: new Uint8Array(32).fill(2),
  keys: [{ suite: 1, keyId: wallet, publicKey, chainCode }],
  tested: true,
  createdAt: start,
}
const judge = { record: () => record, accounts: accounts(record.keys) }
/** Its signer has nothing to do. */
const idle = {
  ...judge,
  signing: { ledger: () => emptyLedger(0), tell: async () => undefined },
}
const keyAt: PublicKeyAt = (suite, path) => derive(suite, publicKey, chainCode, path).publicKey
const own = accountOf(local.network.id, 0, local.addresses(keyAt, 0))

const allow = { rule: 'acts', name: 'pay', decision: 'allow', acts: ['transfer'] }
const daily = {
  rule: 'limit',
  name: 'daily',
  assets: [asset],
  per_window: LIMIT.toString(),
  window: '24h',
  over: 'deny',
}

function idOf(number: number): Uint8Array {
  const id = new Uint8Array(16)
  new DataView(id.buffer).setUint32(0, number)
  return id
}

/** A transfer of which `uses` leaves, its fee included. */
function requestOf(number: number, uses: bigint): Request {
  const payload = transactionPayload(
    serializeUnsigned({
      type: 2,
      chainId: 31337n,
      nonce: BigInt(number),
      gasLimit: FEE,
      maxFeePerGas: 1n,
      maxPriorityFeePerGas: 1n,
      accessList: [],
      to: `0x${'12'.repeat(20)}`,
      value: uses - FEE,
      data: new Uint8Array(0),
    }),
  )
  const entries = local
    .read(payload, own)
    .digests()
    .map(({ index, suite, path, message }) => ({
      index,
      suite,
      path: [...path],
      message,
      keyId: wallet,
    }))
  return {
    type: 'request',
    requestId: idOf(number),
    account: own.id,
    chain: local.network.id,
    payload,
    entries: entries.map(({ index, suite, path, keyId }) => ({ index, suite, path, keyId })),
    hash: requestHash(entries),
  }
}

async function cosigner(rules: readonly object[], store: Store = memory()) {
  let clock = start
  const document = parseDocument({ version: 1, name: 'test', change_after: '24h', rules })
  const { parts } = await daemon({
    store,
    policy: documentPolicy(document),
    now: () => new Date(clock),
  })
  return {
    parts,
    ask: async (request: Request) =>
      (await decide(parts, judge, request, keptApart(parts))).verdict,
    wait: (ms: number) => (clock += ms),
    used: () => spentSince(parts.store, wallet, asset, new Date(start - HOUR)),
  }
}

const share = (LIMIT * 60n) / 100n
const detailOf = ({ detail }: { readonly detail: Uint8Array }): unknown =>
  JSON.parse(new TextDecoder().decode(detail))

describe('at once', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-parallel-'))
  const stores: Record<string, () => Store> = {
    memory,
    SQLite: () => sqlite(join(folder, 'tandem.db')),
  }
  const requests: Request[] = []
  beforeAll(() => {
    for (let number = 0; number < 100; number += 1) requests.push(requestOf(number, share))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test.for(Object.keys(stores))(
    'of 100 requests at once, each for 60 percent of a limit, one passes: %s',
    async (name) => {
      const store = stores[name]?.() ?? memory()
      const { parts, ask, used } = await cosigner([allow, daily], store)
      let waiting = 0
      let most = 0
      const verdicts = await Promise.all(
        requests.map(async (request) => {
          most = Math.max(most, (waiting += 1))
          const verdict = await ask(request)
          waiting -= 1
          return verdict
        }),
      )
      expect(most).toBe(100)
      const passed = verdicts.filter(({ decision }) => decision === 'allow')
      expect(passed).toHaveLength(1)
      expect(await used()).toBe(share)
      const refused = verdicts.filter(({ decision }) => decision === 'deny')
      expect(refused).toHaveLength(99)
      for (const verdict of refused) {
        expect(verdict.rule).toBe('daily')
        expect(detailOf(verdict)).toMatchObject({
          limit: LIMIT.toString(),
          used: share.toString(),
          left: (LIMIT - share).toString(),
          until: start + 24 * HOUR,
        })
      }
      await parts.store.close()
    },
  )

  test('without a limit all of them pass', async () => {
    const { ask } = await cosigner([allow])
    const verdicts = await Promise.all(requests.map((request) => ask(request)))
    expect(verdicts.filter(({ decision }) => decision === 'allow')).toHaveLength(100)
  })

  test('one nonce is given to one of many', async () => {
    const { ask } = await cosigner([allow])
    const sameNonce = requests.map((request, at) => ({
      ...requestOf(7, FEE + BigInt(at)),
      requestId: request.requestId,
    }))
    const verdicts = await Promise.all(sameNonce.map((request) => ask(request)))
    expect(verdicts.filter(({ decision }) => decision === 'allow')).toHaveLength(1)
  })

  test('a factor is used once', async () => {
    const { ask, parts, used } = await cosigner([{ ...allow, decision: 'needs-factor' }])
    expect(await ask(requestOf(1, share))).toMatchObject({ decision: 'needs-factor' })
    const both = await Promise.allSettled(
      [1, 2].map(() => decideWith(parts, judge, idOf(1), 'operator', keptApart(parts))),
    )
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(await used()).toBe(share)
  })
})

describe('a budget', () => {
  test('a request that is cancelled gives it back, once', async () => {
    const { ask, parts, used } = await cosigner([allow, daily])
    await ask(requestOf(1, share))
    const decision = (await loadDecision(parts.store, wallet, idOf(1)))!
    const both = await Promise.all([1, 2].map(() => release(parts, decision, 'cancelled')))
    expect(both.filter(Boolean)).toHaveLength(1)
    expect(await used()).toBe(0n)
    expect(await ask(requestOf(2, share))).toMatchObject({ decision: 'allow' })
  })

  test('a cancelled request whose signature left keeps its budget', async () => {
    const { ask, parts, used } = await cosigner([allow, daily])
    await ask(requestOf(1, share))
    const before = (await loadDecision(parts.store, wallet, idOf(1)))!
    expect(before.state).toBe('allowed')
    const mark = { type: 'released', requestId: idOf(1), index: 0, attempt: 0 } as const
    const left = serially(parts.store, wallet, async () => {
      const rows = await onMarks(parts, wallet, [mark])
      await parts.store.commit({ rows })
    })
    const [, isReleased] = await Promise.all([left, release(parts, before, 'cancelled')])
    expect(isReleased).toBe(false)
    expect(await loadDecision(parts.store, wallet, idOf(1))).toMatchObject({ state: 'released' })
    expect(await used()).toBe(share)
    expect(await ask(requestOf(2, share))).toMatchObject({ decision: 'deny' })
  })

  test('of a request that was asked twice ends once: nothing is left that waits for its end', async () => {
    const { ask, parts, wait } = await cosigner([{ ...allow, decision: 'needs-factor' }, daily])
    await ask(requestOf(1, share))
    wait(60_000)
    await decideWith(parts, judge, idOf(1), 'operator', keptApart(parts))
    expect(await parts.store.list('expiry')).toHaveLength(1)
    wait(5 * 60_000)
    expect(await expire(parts, idle)).toHaveLength(1)
    expect(await parts.store.list('expiry')).toEqual([])
  })

  test('is whole again when its window is over', async () => {
    const { ask, wait } = await cosigner([allow, daily])
    await ask(requestOf(1, share))
    wait(24 * HOUR)
    expect(await ask(requestOf(2, share))).toMatchObject({ decision: 'deny' })
    wait(1)
    expect(await ask(requestOf(3, share))).toMatchObject({ decision: 'allow' })
  })
})

describe('a request that has to wait', () => {
  const slow = { rule: 'delay', name: 'slow', wait: '24h', acts: ['transfer'] }

  test('is allowed when it is asked again after that, and takes its budget then', async () => {
    const { ask, wait, used, parts } = await cosigner([allow, slow, daily])
    const first = await ask(requestOf(1, share))
    expect(first).toMatchObject({ decision: 'needs-factor', rule: 'slow' })
    expect(detailOf(first)).toMatchObject({ accepts: [], until: start + 24 * HOUR })
    wait(24 * HOUR - 1)
    expect(await expire(parts, idle)).toEqual([])
    expect(await ask(requestOf(1, share))).toMatchObject({ decision: 'needs-factor' })
    expect(await used()).toBe(0n)
    wait(1)
    expect(await ask(requestOf(1, share))).toMatchObject({ decision: 'allow' })
    expect(await used()).toBe(share)
  })

  test('begins anew when it was cancelled or forgotten', async () => {
    const { ask, wait, parts } = await cosigner([allow, slow])
    await ask(requestOf(1, share))
    wait(24 * HOUR)
    const decision = (await loadDecision(parts.store, wallet, idOf(1)))!
    await release(parts, decision, 'cancelled')
    expect(await ask(requestOf(1, share))).toMatchObject({ decision: 'needs-factor' })
    wait(49 * HOUR)
    expect(await expire(parts, idle)).toHaveLength(1)
    expect(await ask(requestOf(1, share))).toMatchObject({ decision: 'needs-factor' })
  })

  test('waits also with a factor, where the rule names none', async () => {
    const { ask, wait, parts } = await cosigner([{ ...allow, decision: 'needs-factor' }, slow])
    await ask(requestOf(1, share))
    const { verdict } = await decideWith(parts, judge, idOf(1), 'operator', keptApart(parts))
    expect(verdict).toMatchObject({ decision: 'needs-factor', rule: 'slow' })
    wait(24 * HOUR)
    expect(await ask(requestOf(1, share))).toMatchObject({ decision: 'allow' })
  })
})
