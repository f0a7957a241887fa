import { base64, hex } from '@scure/base'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import * as z from 'zod'
import { type Connected, connect, connectedTo } from '../connected.ts'
import { method } from '../method.ts'
import { ProviderError } from '../provider-error.ts'
import { sign } from '../signed.ts'

const one = <S extends z.ZodType>(schema: S) => z.tuple([schema])

/** Addresses as sats-connect has them: Taproot holds what is collected, SegWit pays. */
export const accountsOnBitcoin = ({ accounts }: Connected) =>
  accounts.flatMap(({ addresses }) =>
    (['p2tr', 'p2wpkh'] as const).flatMap((type) =>
      addresses
        .filter((own) => own.type === type)
        .slice(0, 1)
        .map(({ address, publicKey }) => ({
          address,
          publicKey: hex.encode(publicKey),
          addressType: type,
          purpose: type === 'p2tr' ? 'ordinals' : 'payment',
        })),
    ),
  )

/** What Wallet Standard, sats-connect and WBIP callers in page/bitcoin.ts ask. */
export const bitcoinMethods = {
  connect: method({
    params: z.array(z.strictObject({ silent: z.boolean() })).max(1),
    async run([how], origin, background) {
      const connected =
        how?.silent === true
          ? await connectedTo(origin, 'bitcoin', background)
          : await connect(origin, 'bitcoin', background)
      return connected ? accountsOnBitcoin(connected) : []
    },
  }),

  signMessage: method({
    params: one(z.strictObject({ address: z.string(), message: z.string() })),
    async run([{ address, message }], origin, background) {
      const what = { kind: 'message', bytes: utf8ToBytes(message), address } as const
      const wanted = { origin, family: 'bitcoin', address, what, goesTo: 'site' } as const
      const { signed } = await sign(wanted, background)
      if (signed.type !== 'signature') throw new Error('a message is answered with a signature')
      return base64.encode(signed.signature)
    },
  }),

  signPsbt: method({
    params: one(z.strictObject({ psbt: z.base64(), broadcast: z.boolean() })),
    async run([{ psbt, broadcast }], origin, background) {
      const what = { kind: 'transaction', bytes: base64.decode(psbt) } as const
      const goesTo = broadcast ? 'network' : 'site'
      const { signed, id } = await sign({ origin, family: 'bitcoin', what, goesTo }, background)
      if (signed.type === 'partial') return { psbt: base64.encode(signed.raw) }
      if (signed.type !== 'transaction' || !signed.psbt)
        throw new Error('a PSBT is answered with one')
      return { psbt: base64.encode(signed.psbt), ...(id !== undefined && { txid: id }) }
    },
  }),

  sendTransfer: method({
    params: one(z.strictObject({ to: z.string(), amount: z.string().regex(/^[0-9]{1,16}$/) })),
    async run([{ to, amount }], origin, background) {
      const connected = await connectedTo(origin, 'bitcoin', background)
      if (!connected) throw new ProviderError('unauthorized')
      const what = {
        kind: 'transfer',
        asset: `${connected.chain}/slip44:0`,
        to,
        amount: BigInt(amount),
        tier: 'normal',
      } as const
      const { id } = await sign({ origin, family: 'bitcoin', what, goesTo: 'network' }, background)
      if (id === undefined) throw new ProviderError('transaction-rejected')
      return { txid: id }
    },
  }),
}
