/** A co-signer in this process: its real core and store, with messages handed over in memory. */
import { randomBytes } from 'node:crypto'
import { hexToBytes } from '@noble/hashes/utils.js'
import { DECODERS, type Network, network } from '@tandem/chains'
import { bitcoin } from '@tandem/chains/bitcoin'
import { evm } from '@tandem/chains/evm'
import { COSIGNER, DEVICE, type Ristretto, dhKeys } from '@tandem/protocol'
import { ed25519 } from '@noble/curves/ed25519.js'
import { handClock } from '../../tests/daemon/faults/hand-clock.ts'
import { type TestDevice, type Kept, deviceOver } from '../../tests/daemon/test-device.ts'
import type { Packet, Wire } from '../../tests/daemon/wire.ts'
import { readyRistretto } from '../../tests/ristretto.ts'
import { here } from '../src/adapters/ceremonies/here.ts'
import { system } from '../src/adapters/entropy/system.ts'
import { none } from '../src/adapters/metrics/none.ts'
import { webAuthn } from '../src/adapters/passkey/web-authn.ts'
import { toml } from '../src/adapters/policy-file/toml.ts'
import { memory } from '../src/adapters/stores/memory.ts'
import { otpauth } from '../src/adapters/totp/otpauth.ts'
import { boot, isSetUp, setUp } from '../src/core/boot.ts'
import { converse } from '../src/core/conversation.ts'
import { type Event, decodeEvent } from '../src/core/event.ts'
import { codes } from '../src/core/factors/code.ts'
import { factors } from '../src/core/factors/factors.ts'
import { passkeys } from '../src/core/factors/passkeys.ts'
import type { Limits } from '../src/core/limits/limits.ts'
import type { Parts } from '../src/core/parts.ts'
import { type KeptNetworks, keptNetworks } from '../src/core/networks/kept-networks.ts'
import { fixed } from '../src/core/policy/fixed.ts'
import { keptPolicy } from '../src/core/policy/kept-policy.ts'
import type { Policy } from '../src/core/policy/policy.ts'
import { type Wallets, wallets } from '../src/core/wallets.ts'
import type { Clock } from '../src/ports/clock.ts'
import type { Ceremonies } from '../src/ports/ceremonies.ts'
import type { KeyWrap } from '../src/ports/key-wrap.ts'
import type { Metrics } from '../src/ports/metrics.ts'
import type { PhraseScreen } from '../src/ports/phrase-screen.ts'
import type { Store } from '../src/ports/store.ts'
import { unchangingPolicy } from './unchanging-policy.ts'

export const local = evm(network('eip155:31337'))
export const regtest = bitcoin(network('bip122:0f9188f13cb7b2c71f2a335e3a4fc328'))
const chainOf = (of: Network) => (of.family === 'bitcoin' ? bitcoin(of) : evm(of))
const settings = [local, regtest].map((chain) => chain.network.id)

export type Daemon = {
  readonly parts: Parts
  readonly registry: Wallets
  readonly networks: KeptNetworks
  /** Connects a device that keeps this, or a new one. `change` sees what it sends; nothing drops it. */
  connect(
    kept?: Kept,
    change?: (said: Packet) => Packet | undefined,
    /** Sees what comes to it. */
    heard?: (said: Packet) => void,
  ): Promise<TestDevice>
  events(): Promise<Event[]>
}

export type Setting = {
  readonly store?: Store
  readonly policy?: Policy
  /** A policy that can change, in its place: as TOML. */
  readonly policyText?: string
  readonly now?: () => Date
  readonly after?: Clock['after']
  readonly span?: Clock['span']
  readonly screen?: PhraseScreen
  readonly allowWithoutBackup?: boolean
  readonly group?: Ristretto
  readonly ceremonies?: Ceremonies
  readonly metrics?: Metrics
  readonly keys?: KeyWrap
  readonly limits?: Limits
}

/** Wraps by doing nothing: the envelope around it is what is tested elsewhere. */
export const noKeys: KeyWrap = {
  kind: 'key-file',
  wrap: async (key) => key.slice(),
  unwrap: async (wrapped) => wrapped.slice(),
  close: async () => undefined,
}

export async function daemon({
  store: raw = memory(),
  policy = fixed,
  policyText,
  now = () => new Date(),
  // Nobody moves it: no time passes but where a test says so.
  after = handClock().after,
  span,
  screen,
  allowWithoutBackup = true,
  group: other,
  ceremonies,
  metrics = none,
  keys = noKeys,
  limits,
}: Setting = {}): Promise<Daemon> {
  const entropy = system()
  if (!(await isSetUp(raw))) await setUp(raw, keys, entropy)
  const booted = await boot(raw, keys, entropy, { version: 'test', now })
  const { group } = await readyRistretto()
  const networks = await keptNetworks({ ...booted, now, chainOf }, settings)
  const parts: Parts = {
    ...booted,
    keys,
    entropy,
    ceremonies: ceremonies ?? here(other ?? group),
    ...(screen && { screen }),
    ...(limits && { limits }),
    allowWithoutBackup,
    chain: (id) => networks.chain(id),
    get chains() {
      return networks.ids()
    },
    policy:
      policyText === undefined
        ? unchangingPolicy(policy)
        : await keptPolicy({ ...booted, text: toml, now, after }, () => policyText),
    factors: factors(
      codes({ ...booted, keys, entropy, app: otpauth, now }),
      passkeys({ ...booted, authenticator: webAuthn(['chrome-extension://test']), now }),
    ),
    metrics,
    now,
    after,
    ...(span && { span }),
    version: 'test',
    decoders: hexToBytes(DECODERS),
  }
  const registry = wallets(parts)
  const peer = {
    id: COSIGNER,
    identityPk: ed25519.getPublicKey(booted.root.identity),
    noisePk: booted.root.noise.publicKey,
  }

  return {
    parts,
    registry,
    networks,
    async connect(known, change = (said) => said, heard = () => undefined) {
      const kept = known ?? {
        identity: Uint8Array.from(randomBytes(32)),
        noise: dhKeys(Uint8Array.from(randomBytes(32))),
        peer,
      }
      const inbox: Packet[] = []
      let wake: (() => void) | undefined
      const identityPk = ed25519.getPublicKey(kept.identity)
      const device = {
        id: DEVICE,
        identityPk,
        noisePk: kept.noise.publicKey,
        name: 'test device',
        revoked: false,
      }
      const conversation = await converse(parts, registry, device, (said) => {
        heard(said)
        inbox.push(said)
        const woken = wake
        wake = undefined
        woken?.()
      })
      let last: Promise<void> | undefined
      const wire: Wire = {
        send(said) {
          const sent = change(said)
          if (sent) last = conversation.hear(sent.header, sent.body)
        },
        async receive() {
          for (;;) {
            const packet = inbox.shift()
            if (packet) return packet
            const before = wake
            await new Promise<void>((resolve) => {
              // Whoever asked last is answered first: an older wait may be for what never comes.
              wake = () => {
                resolve()
                before?.()
              }
            })
          }
        },
        async close() {
          await conversation.end()
          await last
        },
      }
      return deviceOver(kept, wire)
    },
    async events() {
      const { length } = await parts.store.head()
      const entries = await parts.store.events(1, length)
      return entries.map(({ body }) => decodeEvent(body))
    },
  }
}
