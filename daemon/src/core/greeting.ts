import { type ControlMessage, PROTOCOL, statusOf } from '@tandem/protocol'
import type { Device, Parts } from './parts.ts'
import { receiptOf } from './receipt.ts'
import { standingOf } from './standing.ts'
import { walletsOf } from './wallet-record.ts'

/** What a device hears first: who we are, and where its wallets stand here. */
export async function greetingOf(
  parts: Parts,
  { identityPk }: Pick<Device, 'identityPk'>,
): Promise<ControlMessage> {
  const head = await parts.store.head()
  const records = await walletsOf(parts.store, identityPk)
  return {
    type: 'hello',
    app: parts.version,
    protocol: PROTOCOL,
    decoders: parts.decoders,
    wallets: records.map((record) => {
      const { wallet, active } = record
      const receipt = receiptOf(parts.root.receipts, wallet, head, active?.epoch ?? 0)
      return statusOf(wallet, standingOf(record), receipt)
    }),
  }
}
