import { DECODERS } from '@tandem/chains'
import { messageSigner } from '@tandem/chains/evm'
import { type Ristretto, drawHalf, wipe } from '@tandem/protocol'
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { type Engine, EngineError, type EngineEvent, type EngineState } from '../messages/engine.ts'
import { built } from './build.ts'
import { chains } from './chains.ts'
import { cosignerCalls } from './cosigner-calls.ts'
import { type Cosigner, openCosigner } from './cosigner/cosigner.ts'
import { readPairingLink } from './cosigner/pairing-link.ts'
import { isCurrent } from './is-current.ts'
import { lookupTables } from './lookup-tables.ts'
import type { Clock } from './ports/clock.ts'
import type { Disk } from './ports/disk.ts'
import { lockCalls } from './lock-calls.ts'
import { nodeCalls } from './node-calls.ts'
import { ownAccounts } from './own-accounts.ts'
import { openByPasskey } from './passkey-lock.ts'
import type { OpenSocket } from './ports/socket.ts'
import { requests } from './requests.ts'
import { submitted } from './submitted.ts'
import { nextTryAt, tryOnce } from './tries.ts'
import { boxOf, hasVault, newVault, openVault } from './vault.ts'
import { verdictView } from './verdict-view.ts'

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
  const cosigner = (): Cosigner => {
    if (!open) throw new EngineError('locked', 'this wallet is locked')
    return open.cosigner
  }

  const known = chains(parts.fetch)
  const tables = lookupTables(known)
  const accounts = ownAccounts(known, (suite, path) => cosigner().keyAt(suite, path))
  const requested = requests({
    ...parts,
    accounts,
    known,
    tables,
    wallet: () => cosigner().wallet(),
  })

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

  return {
    ...cosignerCalls(cosigner, tell),
    ...lockCalls(parts, keyOf),
    ...nodeCalls(parts.clock, known, tables, accounts),
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
      accounts.forget()
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
      accounts.forget()
      await told()
    },

    async joinMaking() {
      await cosigner().making()
    },

    accounts: async (ids, numbers) =>
      ids.flatMap((chain) => numbers.map((number) => accounts.view(chain, number))),

    read: (intended) => requested.read(intended),

    async ask(intended) {
      return verdictView(await cosigner().ask(requested.of(intended).asked))
    },

    async sign(intended) {
      const { reading, asked } = requested.signable(intended)
      const signatures = await cosigner().sign(asked, ({ index, phase, at }) =>
        tell({ event: 'phase', requestId: intended.requestId, index, phase, at }),
      )
      return reading.assemble(signatures)
    },

    async prove(intended, proof) {
      return verdictView(await cosigner().prove(requested.of(intended).asked, proof))
    },

    async cancel(requestId) {
      open?.cosigner.cancel(hexToBytes(requestId))
    },

    stop: async (requestId) => open?.cosigner.stop(hexToBytes(requestId)) ?? false,

    isCurrent: async ({ chain, account: number, payload }) =>
      isCurrent(known, chain, accounts.of(chain, number), payload),

    async build(chain, number, what) {
      return built(known, tables, chain, accounts.of(chain, number), what)
    },

    submit: async (chain, signed) => submitted(known.client(chain), signed),

    signerOf: async (message, signature) => messageSigner(message, signature),
  }
}
