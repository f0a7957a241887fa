import { ClientError } from './errors.ts'
import type { Parts } from './parts.ts'
import { setBacksOf } from './set-back.ts'
import { walletKey, walletWithKey } from './wallet-record.ts'
import type { Wallets } from './wallets.ts'

/**
 * A person here allows the device of a wallet to make new shares of its keys with us, once. The
 * addresses stay.
 */
export const allowRotation = (parts: Parts, registry: Wallets, wallet: Uint8Array): Promise<void> =>
  allow(parts, registry, wallet, 'rotation')

/**
 * A person here allows one fresh OT setup for a wallet whose setup is burned. Given before a burn, it
 * says nothing about what came after it.
 */
export const allowRekey = (parts: Parts, registry: Wallets, wallet: Uint8Array): Promise<void> =>
  allow(parts, registry, wallet, 're-ot')

async function allow(
  parts: Parts,
  registry: Wallets,
  wallet: Uint8Array,
  what: 'rotation' | 're-ot',
): Promise<void> {
  const known = await parts.view.get('wallet', wallet)
  const found = known && (await walletWithKey(parts.store, walletKey(known.device, wallet)))
  if (!found?.active) throw new ClientError('unknown-wallet', 'there is no wallet of this name')
  await registry.change(found.device, wallet, async (record) => {
    if (!record) return undefined
    const at = parts.now().getTime()
    const { times } = await setBacksOf(parts.store)
    const now = { [what === 'rotation' ? 'rotation' : 'reOt']: at, setBacks: times }
    const allowed = { ...record.allowed, ...now }
    return { record: { ...record, allowed }, events: [{ type: 'allowed', at, wallet, what }] }
  })
}
