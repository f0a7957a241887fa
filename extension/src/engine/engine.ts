import {
  type Account,
  DECODERS,
  account as accountOf,
  warnings as warningsOf,
} from '@tandem/chains'
import { type Ristretto, drawHalf, requestHash, wipe } from '@tandem/protocol'
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import {
  type AccountView,
  type Engine,
  EngineError,
  type EngineEvent,
  type EngineState,
  type Intended,
} from '../messages/engine.ts'
import { built } from './build.ts'
import { chains } from './chains.ts'
import { type Asked, type Cosigner, type Verdict, openCosigner } from './cosigner/cosigner.ts'
import { readPairingLink } from './cosigner/pairing-link.ts'
import { door } from './door.ts'
import type { Clock } from './ports/clock.ts'
import type { Disk } from './ports/disk.ts'
import type { OpenSocket } from './ports/socket.ts'
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
  /** What is told without being asked. */
  readonly tell: (event: EngineEvent) => void
}

/** This machine's half of the wallet: its lock, its share, what it reads and whom it asks. */
export function engine(parts: EngineParts): Engine {
  const { disk, entropy, tell } = parts
  let open: { readonly cosigner: Cosigner; readonly key: Uint8Array } | undefined
  let hosts: ReadonlySet<string> = new Set()
  const known = chains(door(() => hosts, parts.fetch))
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
    const made = await openCosigner({
      ...parts,
      box: boxOf(key, entropy),
      decoders: hexToBytes(DECODERS),
    })
    open = { cosigner: made, key }
    made.watch(() => void told())
    await told()
    return bytesToHex(key)
  }

  async function told(): Promise<void> {
    tell({ event: 'state', state: await state() })
  }

  async function state(): Promise<EngineState> {
    const wallet = open?.cosigner.wallet()
    return {
      lock: (await hasVault(disk)) ? (open ? 'open' : 'locked') : 'none',
      cosigner: open?.cosigner.status() ?? { state: 'none' },
      wallet: wallet ? (wallet.tested ? 'ready' : 'untested') : 'none',
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

  return {
    state,
    isOpen: async () => open !== undefined,

    async create(password) {
      if (!open) throw new EngineError('locked', 'there is nothing to lock yet')
      await newVault(disk, open.key, password, entropy)
      await told()
    },

    async unlock(by) {
      const key = 'password' in by ? await openVault(disk, by.password) : hexToBytes(by.session)
      return opened(key)
    },

    async lock() {
      open?.cosigner.close()
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

    accounts: async (ids, numbers) =>
      ids.flatMap((chain) => numbers.map((number) => view(chain, number))),

    async read(intended) {
      const { reading, asked } = readOf(intended)
      const explanation = reading.explain()
      return {
        explanation,
        warnings: warningsOf(explanation),
        hash: bytesToHex(requestHash(asked.entries)),
        concerns: [],
        parties: {},
      }
    },

    async ask(intended) {
      const { asked } = readOf(intended)
      return verdictView(await cosigner().ask(asked))
    },

    async sign(intended) {
      const { reading, asked } = readOf(intended)
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

    async balances(chain, number) {
      return known.client(chain).balances(account(chain, number))
    },

    async rpc(chain, method, params) {
      const url = known.node(chain)
      const send = door(() => hosts, parts.fetch)
      const response = await send(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      })
      const answer: unknown = await response.json()
      return answer
    },

    async build(chain, number, what) {
      return built(known, chain, account(chain, number), what)
    },

    async submit(chain, signed) {
      if (signed.type !== 'transaction')
        throw new EngineError('partial', 'this still lacks a signature')
      return known.client(chain).submit(signed)
    },

    async setNodes(nodes) {
      hosts = new Set(Object.values(nodes).map((url) => new URL(url).origin))
      known.setNodes(nodes)
    },
  }
}

function verdictView({ decision, rule, detail, expiresAt }: Verdict) {
  const parsed: unknown = JSON.parse(new TextDecoder().decode(detail))
  return { decision, rule, detail: parsed, expiresAt: Number(expiresAt) }
}
