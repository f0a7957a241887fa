import { ed25519 } from '@noble/curves/ed25519.js'
import { expect, test } from 'vitest'
import { memory } from '../src/adapters/stores/memory.ts'
import { addressRows } from '../src/core/first-addresses.ts'
import { wallets } from '../src/core/operator/wallet-views.ts'
import type { Parts } from '../src/core/parts.ts'
import { walletKey, walletsOf } from '../src/core/wallet-record.ts'
import { daemon, local, regtest } from './daemon-in-process.ts'
import { transfer } from './transfer.ts'

/** What a list of wallets shows of the first one, and of how many chains an address was derived for it. */
async function shown(parts: Parts) {
  let derived = 0
  const chain: Parts['chain'] = (id) => {
    const found = parts.chain(id)
    if (!found) return undefined
    const addresses: typeof found.addresses = (...how) => {
      derived += 1
      return found.addresses(...how)
    }
    return { ...found, addresses }
  }
  const [wallet] = (await wallets({ parts: { ...parts, chain } }, {})).wallets
  return { addresses: wallet?.addresses, derived }
}

test('a list of wallets derives no address twice: each is kept with its wallet', async () => {
  const store = memory()
  const cosigner = await daemon({ store })
  const { parts } = cosigner
  const device = await cosigner.connect()
  await device.makeWallet()
  // An answer to this means that what came before was heard.
  await device.ask(local, transfer(1n))
  const identity = ed25519.getPublicKey(device.kept.identity)
  const addresses = [local, regtest].map(({ network: { id, name }, addresses: of }) => ({
    chain: id,
    name,
    address: of(device.keyAt, 0, 1)[0]?.address,
  }))
  expect(await shown(parts)).toEqual({ addresses, derived: 0 })

  // A chain that is set up later is derived, and so is all of a wallet from before they were kept.
  const [record] = await walletsOf(parts.store, identity)
  const key = walletKey(identity, record!.wallet)
  await parts.store.commit({ rows: [{ table: 'address', key }] })
  expect(await shown(parts)).toEqual({ addresses, derived: 2 })
  await parts.store.commit({
    rows: await addressRows({ ...parts, chains: [local.network.id] }, record, record),
  })
  expect(await shown(parts)).toEqual({ addresses, derived: 1 })

  await device.close()
  // After the next start, when its device comes back.
  const again = await daemon({ store })
  await (await again.connect(device.kept)).close()
  expect(await shown(again.parts)).toEqual({ addresses, derived: 0 })
})
