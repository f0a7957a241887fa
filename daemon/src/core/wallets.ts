import { bytesToHex } from '@noble/hashes/utils.js'
import { deviceBy, revokeDevice } from './devices.ts'
import { encodeEvent } from './event.ts'
import { inTurn } from './log/in-turn.ts'
import { type OpenWallet, openWallet } from './open-wallet.ts'
import { addressRows, firstAddresses, isComplete } from './first-addresses.ts'
import { KeyWrapError } from '../ports/key-wrap.ts'
import type { Parts } from './parts.ts'
import { patience } from './patience.ts'
import { serially } from './serially.ts'
import type { Signing } from './signing.ts'
import { setAllBackRow, setBackAgainRow, setBacksOf, setBacksRow } from './set-back.ts'
import { sidRows } from './sids.ts'
import {
  type ChangeWallet,
  type WalletRecord,
  walletKey,
  walletRow,
  walletWithKey,
  walletsOf,
} from './wallet-record.ts'

export type { OpenWallet }

type Hangs = (why: 'replaced' | 'refused') => Promise<void>

/** The wallets of this process: what is known of each, and one signer for each that may sign. */
export type Wallets = {
  /** The wallets of a device that may sign, opened; those whose share does not open now are left out. */
  of(device: Uint8Array): Promise<OpenWallet[]>

  readonly change: ChangeWallet

  /** A change of a closed wallet, about which nothing is decided meanwhile. */
  readonly changeAlone: ChangeWallet

  /** Sets every wallet back: none signs before its next epoch. */
  setAllBack(at: Date, how: 'again' | 'known'): Promise<void>

  /** Does something with the signer of a wallet, if it has one: none is opened or closed meanwhile. */
  alone(wallet: Uint8Array, work: (signing: Signing | undefined) => Promise<void>): Promise<void>

  /** Ends the signer of a wallet, if there is one. Inside a change, nothing opens it before its end. */
  close(wallet: Uint8Array): Promise<void>

  /**
   * A device talks with us now; the conversation that it had before is over.
   *
   * @param end hangs up: it is called with what happened to the device.
   * @returns what to call at the end.
   */
  enter(device: Uint8Array, end: Hangs): Promise<() => void>

  /** Ends what a device may do, for good, and hangs up. @returns whether it was one that could. */
  revoke(noisePk: Uint8Array): Promise<boolean>
}

export function wallets(parts: Parts): Wallets {
  const opened = new Map<string, OpenWallet>()
  const present = new Map<string, Hangs>()
  const turn = inTurn()
  const keys = patience(parts)

  async function open(record: WalletRecord): Promise<OpenWallet> {
    const name = bytesToHex(record.wallet)
    const found = opened.get(name) ?? (await openWallet(parts, self.change, record))
    opened.set(name, found)
    return found
  }

  const change: ChangeWallet = async (device, wallet, make) => {
    const { store } = parts
    const key = walletKey(device, wallet)
    const before = await walletWithKey(store, key)
    const changed = await make(before)
    if (!changed) return
    const { record, rows = [], events = [] } = changed
    const setBacks = await setBacksOf(store)
    const survives = record && record.setBack !== true && !setBacks.isSurvived
    await store.commit({
      rows: [
        record ? walletRow(record, setBacks) : { table: 'wallet', key },
        ...sidRows(before, record),
        ...(await addressRows(parts, before, record)),
        ...(survives ? [setBacksRow({ ...setBacks, isSurvived: true })] : []),
        ...rows,
      ],
      events: events.map(encodeEvent),
    })
  }

  const self: Wallets = {
    of: (device) =>
      turn(async () => {
        const records = (await walletsOf(parts.store, device)).filter(maySign)
        const found: OpenWallet[] = []
        let isAway = keys.isOver()
        for (const record of records) {
          if (isAway && !opened.has(bytesToHex(record.wallet))) continue
          try {
            const isNew = !opened.has(bytesToHex(record.wallet))
            found.push(await keys.attempt(() => open(record)))
            if (!isNew || isComplete(parts, record, await firstAddresses(parts, record))) continue
            // It is of an older database, or a chain is new.
            await change(device, record.wallet, async (now) => now && { record: now })
          } catch (error) {
            if (!(error instanceof KeyWrapError)) throw error
            // All shares are under one key: who waited for it once does not wait for each of them.
            isAway = error.code !== 'failed'
          }
        }
        return found
      }),

    change: (device, wallet, make) => turn(() => change(device, wallet, make)),

    // The turn first: whoever opens a wallet has it, and waits for decisions.
    changeAlone: (device, wallet, make) =>
      turn(() => serially(parts.store, wallet, () => change(device, wallet, make))),

    setAllBack: (at, how) =>
      turn(async () => {
        const known = await setBacksOf(parts.store)
        const row = how === 'again' ? setBackAgainRow(known) : setAllBackRow(known)
        if (row)
          await parts.store.commit({
            rows: [row],
            events: [encodeEvent({ type: 'set-back', at: at.getTime() })],
          })
        for (const { signing } of opened.values()) await signing.close()
        opened.clear()
      }),

    alone: (wallet, work) => turn(() => work(opened.get(bytesToHex(wallet))?.signing)),

    async close(wallet) {
      const name = bytesToHex(wallet)
      const found = opened.get(name)
      opened.delete(name)
      await found?.signing.close()
    },

    async enter(device, end) {
      const name = bytesToHex(device)
      const before = present.get(name)
      present.set(name, end)
      await before?.('replaced')
      return () => {
        if (present.get(name) === end) present.delete(name)
      }
    },

    async revoke(noisePk) {
      const device = await deviceBy(parts.store, noisePk)
      const revoked = await revokeDevice(parts.store, noisePk, parts.now())
      if (device) await present.get(bytesToHex(device.identityPk))?.('refused')
      return revoked
    },
  }
  return self
}

/** Whether a wallet signs: in an epoch that is decided, on a store that was not set back. */
export function maySign({ active, prepared, setBack }: WalletRecord): boolean {
  // SECURITY: who signs in one epoch while it prepares the next serves two polynomials. Test: test/rotation.test.ts "a wallet signs in an epoch that is decided"
  if (!active || prepared) return false
  // SECURITY: an old copy of the store has forgotten what was signed and spent since. Test: test/rotation.test.ts "after a store was set back nothing is signed before a rotation"
  return setBack !== true
}
