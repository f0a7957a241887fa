import type { Account, Chain } from '@tandem/chains'
import { requestHash } from '@tandem/protocol'
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { EngineError, type EngineEvent, type Explained, type Intended } from '../messages/engine.ts'
import type { Chains } from './chains.ts'
import type { Asked } from './cosigner/asking.ts'
import type { Wallet } from './cosigner/kept.ts'
import { explained, requireSignable } from './explain/explained.ts'
import { looked } from './explain/looked.ts'
import { rpcOf } from './explain/node-rpc.ts'
import { wrongChain } from './explain/wrong-chain.ts'
import type { LookupTables } from './lookup-tables.ts'
import type { OwnAccounts } from './own-accounts.ts'
import type { Clock } from './ports/clock.ts'

type Read = { readonly reading: ReturnType<Chain['read']>; readonly asked: Asked }

/** Requests, read on this machine. */
export type Requests = {
  /** What it does, and what is signed. @throws {ChainError | EngineError} */
  of(intended: Intended): Read
  /** The same. @throws {EngineError} `refused`: this machine signs it in no case. */
  signable(intended: Intended): Read
  /** What a screen shows of it. What its node adds is told as it is heard. */
  read(intended: Intended): Promise<Explained>
}

export function requests({
  accounts,
  clock,
  known,
  tables,
  wallet,
  tell,
}: {
  readonly accounts: OwnAccounts
  readonly clock: Clock
  readonly known: Chains
  readonly tables: LookupTables
  /** @throws while the wallet is locked. */
  readonly wallet: () => Wallet | undefined
  readonly tell: (event: EngineEvent) => void
}): Requests {
  function of({ requestId, chain: id, account, payload, origin, replaces }: Intended): Read {
    const own = accounts.of(id, account)
    const reading = known.chain(id).read(payload, own)
    const keys = wallet()?.active.value.keys ?? []
    const entries = reading.digests().map(({ index, suite, path, message }) => {
      const key = keys.find((one) => one.suite === suite)
      if (!key) throw new EngineError('no-wallet', `the wallet has no key of suite ${suite}`)
      return { index, suite, keyId: key.keyId, path, message }
    })
    const asked: Asked = {
      requestId: hexToBytes(requestId),
      payload,
      chain: id,
      account: own.id,
      entries,
      ...(origin !== undefined && { origin }),
      ...(replaces !== undefined && { replaces: hexToBytes(replaces) }),
    }
    return { reading, asked }
  }

  /** The same, or why it is not read: what is for another chain is refused in words. */
  function readable(intended: Intended, own: Account): Read | Explained {
    const { chain: id, payload } = intended
    try {
      return of(intended)
    } catch (error) {
      const refused = wrongChain(error, payload, own, known.chain(id).network)
      if (!refused) throw error
      return refused
    }
  }

  /** What the node that was chosen adds. @throws {EngineError} `no-node` */
  async function look(first: Explained, id: string, own: Account, payload: Uint8Array) {
    const client = known.client(id)
    return looked(first, {
      payload,
      owner: own.addresses[0]?.address ?? '',
      network: known.chain(id).network,
      client,
      rpc: rpcOf((method, params) => known.askNode(id, method, params)),
      async balances(assets) {
        const held = await client.balances(own, assets.filter(isToken))
        return new Map(held.map(({ asset, amount }) => [asset, amount]))
      },
    })
  }

  return {
    of,

    signable(intended) {
      const read = of(intended)
      requireSignable({
        explanation: read.reading.explain(tables.facts(intended.chain)),
        intended,
        account: accounts.of(intended.chain, intended.account),
        now: new Date(clock.now()),
      })
      return read
    },

    async read(intended) {
      const { chain: id, account, requestId, payload } = intended
      const own = accounts.of(id, account)
      const read = readable(intended, own)
      if (!('reading' in read)) return read
      const { reading, asked } = read
      const first = explained({
        explanation: reading.explain(tables.facts(id)),
        hash: bytesToHex(requestHash(asked.entries)),
        intended,
        account: own,
        network: known.chain(id).network,
        own: accounts.seen(id),
        now: new Date(clock.now()),
      })
      if (first.refusal) return first
      void look(first, id, own, payload)
        .then((more) => tell({ event: 'looked', requestId, explained: more }))
        // Without a node there is nothing to add.
        .catch(() => undefined)
      return first
    },
  }
}

/** Balances say the native coin first, and of nothing else that is no fungible token. */
const isToken = (asset: string): boolean => /\/(erc20|token):[^/]+$/.test(asset)
