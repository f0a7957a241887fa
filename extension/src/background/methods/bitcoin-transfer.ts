import * as z from 'zod'
import type { Build } from '../../messages/engine.ts'
import type { Background } from '../method.ts'
import { ProviderError } from '../provider-error.ts'
import { sign } from '../signed.ts'
import { given, requireNetwork } from './bitcoin-accounts.ts'

/** Satoshi: a number, or digits as Leather's sites write them. */
const Amount = z
  .union([z.int().min(1), z.string().regex(/^[1-9][0-9]{0,15}$/)])
  .transform((amount) => BigInt(amount))
const Recipient = z.object({ address: z.string().max(128), amount: Amount })
const network = z.string().optional()

export const SendTransfer = z.union([
  z.object({ recipients: z.array(Recipient).min(1).max(100), network }),
  Recipient.extend({ network }).transform(({ address, amount, network: on }) => ({
    recipients: [{ address, amount }],
    network: on,
  })),
])

/** The wallet picks coins, change and fee. @throws {ProviderError} */
export async function sendTransfer(
  { recipients, network: on }: z.output<typeof SendTransfer>,
  origin: string,
  background: Background,
) {
  const connected = await given(origin, background)
  requireNetwork(connected, on)
  const [first, ...others] = recipients.map(({ address, amount }) => ({ to: address, amount }))
  if (!first) throw new ProviderError('invalid-params')
  const tier = 'normal'
  const what: Build =
    others.length > 0
      ? { kind: 'payments', recipients: [first, ...others], tier }
      : { kind: 'transfer', asset: `${connected.chain}/slip44:0`, ...first, tier }
  const { id } = await sign({ origin, family: 'bitcoin', what, goesTo: 'network' }, background)
  if (id === undefined) throw new ProviderError('transaction-rejected')
  return { txid: id }
}
