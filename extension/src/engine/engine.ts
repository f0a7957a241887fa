import { type Account, DECODERS, account as accountOf } from '@tandem/chains'
import { messageSigner } from '@tandem/chains/evm'
import { type Ristretto, drawHalf, factorChallenge, requestHash, wipe } from '@tandem/protocol'
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import {
  type AccountView,
  type Engine,
  EngineError,
  type EngineEvent,
  type EngineState,
  type Explained,
  type Intended,
} from '../messages/engine.ts'
import { built } from './build.ts'
import { chains } from './chains.ts'
import { cosignerCalls } from './cosigner-calls.ts'
import { type Asked, type Cosigner, type Verdict, openCosigner } from './cosigner/cosigner.ts'
import { readPairingLink } from './cosigner/pairing-link.ts'
import { door } from '../messages/door.ts'
import { isCurrent } from './is-current.ts'
import { lookupTables } from './lookup-tables.ts'
import { explained, requireSignable } from './explain/explained.ts'
import { wrongChain } from './explain/wrong-chain.ts'
import { looked } from './explain/looked.ts'
import { rpcOf } from './explain/node-rpc.ts'
import type { Clock } from './ports/clock.ts'
import type { Disk } from './ports/disk.ts'
import { lockCalls } from './lock-calls.ts'
import { openByPasskey } from './passkey-lock.ts'
import { plainFees } from './plain-fees.ts'
import type { OpenSocket } from './ports/socket.ts'
import { typedAddress } from './typed-address.ts'
import { submitted } from './submitted.ts'
import { nextTryAt, tryOnce } from './tries.ts'
import { boxOf, hasVault, newVault, openVault } from './vault.ts'

/** What the engine needs of the browser. */
export type EngineParts = {
  readonly disk: Disk
  readonly clock: Clock
  readonly entropy: (length: number) => Uint8Array
  readonly openSocket: OpenSocket
  readonly group: () => Promise<Ristretto>
  readonly fetch: typeof fetch
  readonly version: string
  /** The secret that a screen hands over under this name. */
  readonly takeOver: (name: string) => Promise<Uint8Array>
  /** What is told without being asked. */
  readonly tell: (event: EngineEvent) => void
}

/** This machine's half of the wallet: its lock, its share, what it reads and whom it asks. */
export function engine(parts: EngineParts): Engine {
  const { disk, entropy, tell } = parts
  let open:
    | {
        readonly cosigner: Cosigner
        readonly key: Uint8Array
        readonly box: ReturnType<typeof boxOf>
      }
    | undefined
  let hosts: ReadonlySet<string> = new Set()
  const known = chains(
    (allowed) => door(allowed, parts.fetch),
    () => hosts,
  )
  const tables = lookupTables(known)
  const accounts = new Map<string, Account>()

  const cosigner = (): Cosigner => {
    if (!open) throw new EngineError('locked', 'this wallet is locked')
    return open.cosigner
  }

  function keyOf(): Uint8Array {
    if (!open) throw new EngineError('locked', 'this wallet is locked')
    return open.key
  }

  async function opened(key: Uint8Array): Promise<string> {
    open?.cosigner.close()
    open?.box.close()
    const box = boxOf(key, entropy)
    const made = await openCosigner({
      ...parts,
      box,
      decoders: hexToBytes(DECODERS),
      verdict: (verdict) =>
        tell({
          event: 'verdict',
          requestId: bytesToHex(verdict.requestId),
          verdict: verdictView(verdict),
        }),
    })
    open = { cosigner: made, key, box }
    made.watch(() => void told())
    await told()
    return bytesToHex(key)
  }

  async function told(): Promise<void> {
    tell({ event: 'state', state: await state() })
  }

  async function state(): Promise<EngineState> {
    const wallet = open?.cosigner.wallet()
    const nextTry = open ? undefined : await nextTryAt(disk, parts.clock)
    return {
      ...(nextTry !== undefined && { nextTryAt: nextTry }),
      lock: (await hasVault(disk)) ? (open ? 'open' : 'locked') : 'none',
      cosigner: open?.cosigner.status() ?? { state: 'none' },
      // The addresses of a wallet were shown when its first keys had signed.
      wallet: wallet
        ? wallet.tested || wallet.active.epoch > 0
          ? 'ready'
          : 'untested'
        : open?.cosigner.making()
          ? 'making'
          : 'none',
    }
  }

  function account(chainId: string, number: number): Account {
    const name = `${chainId}/${number}`
    const chain = known.chain(chainId)
    const found =
      accounts.get(name) ??
      accountOf(
        chainId,
        number,
        chain.addresses((suite, path) => cosigner().keyAt(suite, path), number),
      )
    accounts.set(name, found)
    return found
  }

  function view(chain: string, number: number): AccountView {
    const { id, addresses } = account(chain, number)
    return {
      chain,
      number,
      id,
      addresses: addresses
        .filter(({ change }) => !change)
        .map(({ type, address, publicKey }) => ({ type, address, publicKey })),
    }
  }

  /** A request, read on this machine: what it does, and what is signed. */
  function readOf({ requestId, chain: id, account: number, payload, origin, replaces }: Intended) {
    const own = account(id, number)
    const reading = known.chain(id).read(payload, own)
    const keys = cosigner().wallet()?.active.value.keys ?? []
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
  function readable(intended: Intended): ReturnType<typeof readOf> | Explained {
    const { chain: id, account: number, payload } = intended
    try {
      return readOf(intended)
    } catch (error) {
      const refused = wrongChain(error, payload, account(id, number), known.chain(id).network)
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
      rpc: rpcOf((method, params) => askNode(id, method, params)),
      async balances(assets) {
        const held = await client.balances(own, assets.filter(isToken))
        return new Map(held.map(({ asset, amount }) => [asset, amount]))
      },
    })
  }

  /** One exchange with the node of a chain, as it is. */
  async function askNode(chain: string, method: string, params: unknown): Promise<unknown> {
    const response = await door(() => hosts, parts.fetch)(known.node(chain), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    })
    const answer: unknown = await response.json()
    return answer
  }

  return {
    ...cosignerCalls(cosigner, tell),
    ...lockCalls(parts, keyOf),
    state,
    isOpen: async () => open !== undefined,

    async create(password) {
      if (!open) throw new EngineError('locked', 'there is nothing to lock yet')
      await newVault(disk, open.key, password, entropy)
      await told()
    },

    async unlock(by) {
      if ('session' in by) return opened(hexToBytes(by.session))
      if ('password' in by)
        return opened(await tryOnce(disk, parts.clock, () => openVault(disk, by.password)))
      const secret = await parts.takeOver(by.handed)
      try {
        return await opened(await openByPasskey(disk, by.passkey, secret))
      } finally {
        wipe(secret)
      }
    },

    async lock() {
      open?.cosigner.close()
      open?.box.close()
      if (open) wipe(open.key)
      open = undefined
      accounts.clear()
      await told()
    },

    async pair(text) {
      const link = readPairingLink(text)
      if (!link) throw new EngineError('link', 'expected a link that tandem pair printed')
      if (!open) {
        // What an earlier try left is sealed under a key that nobody has any more.
        if (await hasVault(disk)) throw new EngineError('locked', 'this wallet is locked')
        await disk.write((await disk.list('')).map(({ name }) => ({ name })))
        await opened(entropy(32))
      }
      await cosigner().pair(link)
      await told()
      return bytesToHex(keyOf())
    },

    drawWords: async () => drawHalf((_label, length) => entropy(length)),

    async makeWallet(words) {
      await cosigner().makeWallet(words, (step) => tell({ event: 'making', step }))
      accounts.clear()
      await told()
    },

    async joinMaking() {
      await cosigner().making()
    },

    accounts: async (ids, numbers) =>
      ids.flatMap((chain) => numbers.map((number) => view(chain, number))),

    async read(intended) {
      const { chain: id, account: number, requestId, payload } = intended
      const own = account(id, number)
      const { network } = known.chain(id)
      const read = readable(intended)
      if (!('reading' in read)) return read
      const { reading, asked } = read
      const first = explained({
        explanation: reading.explain(tables.facts(id)),
        hash: bytesToHex(requestHash(asked.entries)),
        intended,
        account: own,
        network,
        own: [...accounts].flatMap(([name, one]) => (name.startsWith(`${id}/`) ? [one] : [])),
        now: new Date(parts.clock.now()),
      })
      if (first.refusal) return first
      void look(first, id, own, payload)
        .then((more) => tell({ event: 'looked', requestId, explained: more }))
        // Without a node there is nothing to add.
        .catch(() => undefined)
      return first
    },

    async ask(intended) {
      const { asked } = readOf(intended)
      return verdictView(await cosigner().ask(asked))
    },

    async sign(intended) {
      const { reading, asked } = readOf(intended)
      requireSignable({
        explanation: reading.explain(tables.facts(intended.chain)),
        intended,
        account: account(intended.chain, intended.account),
        now: new Date(parts.clock.now()),
      })
      const signatures = await cosigner().sign(asked, ({ index, phase, at }) =>
        tell({ event: 'phase', requestId: intended.requestId, index, phase, at }),
      )
      return reading.assemble(signatures)
    },

    async prove(intended, proof) {
      return verdictView(await cosigner().prove(readOf(intended).asked, proof))
    },

    async cancel(requestId) {
      open?.cosigner.cancel(hexToBytes(requestId))
    },

    stop: async (requestId) => open?.cosigner.stop(hexToBytes(requestId)) ?? false,

    async balances(chain, number, assets = []) {
      return known.client(chain).balances(account(chain, number), assets)
    },

    isCurrent: async ({ chain, account: number, payload }) =>
      isCurrent(known, chain, account(chain, number), payload),

    status: async (chain, id) => known.client(chain).status(id),
    address: async (chain, text) => typedAddress(known, chain, text),
    plainFees: async (chain, asset) => plainFees(known, chain, asset),

    async build(chain, number, what) {
      return built(known, tables, chain, account(chain, number), what)
    },

    submit: async (chain, signed) => submitted(known.client(chain), signed),

    async setNodes(nodes, custom = []) {
      hosts = new Set(Object.values(nodes).map((url) => new URL(url).origin))
      known.setNodes(nodes, custom)
      tables.forget()
    },

    async tryNode(chain, url) {
      const start = parts.clock.now()
      await known.tryNode(chain, url)
      return parts.clock.now() - start
    },

    signerOf: async (message, signature) => messageSigner(message, signature),

    async token(chain, number, contract) {
      const [own] = account(chain, number).addresses
      if (!own) throw new EngineError('unsupported', 'an account without an address')
      return known.evmClient(chain).token(contract, own.address)
    },
  }
}

/** Balances say the native coin first, and of nothing else that is no fungible token. */
const isToken = (asset: string): boolean => /\/(erc20|token):[^/]+$/.test(asset)

function verdictView(verdict: Verdict) {
  const { decision, rule, detail, expiresAt } = verdict
  const parsed: unknown = JSON.parse(new TextDecoder().decode(detail))
  return {
    decision,
    rule,
    detail: parsed,
    expiresAt: Number(expiresAt),
    ...(decision === 'needs-factor' && { challenge: factorChallenge(verdict) }),
  }
}
