import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { hexToBytes } from '@noble/hashes/utils.js'
import { type Chain, DECODERS, network } from '@tandem/chains'
import { bitcoin } from '@tandem/chains/bitcoin'
import { evm } from '@tandem/chains/evm'
import { solana } from '@tandem/chains/solana'
import { sodiumRistretto } from '@tandem/protocol'
import sodium from 'libsodium-wrappers-sumo'
import { system } from './adapters/entropy/system.ts'
import { keyFile, newKeyFile } from './adapters/key-wrap/key-file.ts'
import { sqlite } from './adapters/stores/sqlite/sqlite.ts'
import { serve } from './adapters/transports/ws/serve.ts'
import { boot, isSetUp, setUp } from './core/boot.ts'
import { connection } from './core/connection.ts'
import { encodeLink, identityOf } from './core/link.ts'
import { pairing } from './core/pairing.ts'
import type { Parts } from './core/parts.ts'
import { wallets } from './core/wallets.ts'
import { fixed } from './core/policy/fixed.ts'

export type Settings = {
  /** The folder of everything. */
  readonly home: string
  readonly host: string
  readonly port: number
  readonly origins: readonly string[]
  /** CAIP-2. */
  readonly chains: readonly string[]
}

/** A daemon that listens. */
export type Running = {
  readonly address: string
  /** A link for one device, for two minutes. */
  invite(): string
  close(): Promise<void>
}

/** Picks the adapters, unseals, listens. */
export async function start(settings: Settings, fatal: (error: unknown) => void): Promise<Running> {
  const version = '0.0.0'
  const now = () => new Date()
  mkdirSync(settings.home, { recursive: true, mode: 0o700 })
  const entropy = system()
  const raw = sqlite(join(settings.home, 'tandem.db'))
  const keyPath = join(settings.home, 'key')
  const first = !(await isSetUp(raw))
  if (first) newKeyFile(keyPath)
  const keys = keyFile(keyPath)
  if (first) await setUp(raw, keys, entropy)
  const { root, store, log, view, hedged } = await boot(raw, keys, entropy, { version, now })
  const chains = new Map(settings.chains.map((id) => [id, chainOf(id)]))
  await sodium.ready
  const parts: Parts = {
    store,
    log,
    view,
    keys,
    root,
    entropy,
    hedged,
    group: sodiumRistretto(sodium),
    chain: (id) => chains.get(id),
    policy: fixed,
    now,
    version,
    decoders: hexToBytes(DECODERS),
  }
  const registry = wallets(parts)
  const codes = pairing(entropy, now)
  const { host, port, origins } = settings
  const server = await serve(
    { host, port, origins, hosts: [] },
    (line) => connection(parts, registry, codes, line),
    fatal,
  )
  const address = `${host}:${server.port}`
  return {
    address,
    invite: () =>
      encodeLink({ address, identityPk: identityOf(root.identity), secret: codes.invite().secret }),
    async close() {
      await server.close()
      await store.close()
      await keys.close()
    },
  }
}

function chainOf(id: string): Chain {
  const found = network(id)
  switch (found.family) {
    case 'evm':
      return evm(found)
    case 'bitcoin':
      return bitcoin(found)
    case 'solana':
      return solana(found)
  }
}
