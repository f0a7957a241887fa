import { isAddress } from '@solana/kit'
import { base64 } from '@scure/base'
import * as z from 'zod'

/** What Solana nodes answer with, as far as it is read here. Numbers up to 2^64 - 1 become bigint. */

export const U64 = z
  .union([z.int().nonnegative(), z.bigint().nonnegative()])
  .transform(BigInt)
  .refine((value) => value < 2n ** 64n, 'more than 64 bits')

const Address = z.string().refine((text) => isAddress(text), 'no address')

const Bytes = z.tuple([z.string(), z.literal('base64')]).transform(([text], context) => {
  try {
    return base64.decode(text)
  } catch {
    context.addIssue({ code: 'custom', message: 'no base64' })
    return z.NEVER
  }
})

export const AccountReply = z.object({
  data: Bytes,
  executable: z.boolean(),
  lamports: U64,
  owner: Address,
})
export type AccountReply = z.infer<typeof AccountReply>

export const TokenAccountsReply = inContext(
  z.array(z.object({ pubkey: Address, account: AccountReply })),
)

export const BalanceReply = inContext(U64)

export const BlockhashReply = inContext(z.object({ blockhash: Address }))

export const ValidReply = inContext(z.boolean())

export const PricesReply = z.array(z.object({ prioritizationFee: U64 }))

export const SimulationReply = inContext(z.object({ err: z.json(), unitsConsumed: U64.optional() }))

export const StatusReply = inContext(
  z.tuple([
    z
      .object({
        slot: U64,
        confirmations: U64.nullable(),
        err: z.json(),
        confirmationStatus: z.enum(['processed', 'confirmed', 'finalized']),
      })
      .nullable(),
  ]),
)

/** As many as were asked for. */
export function accountsReply(count: number) {
  return inContext(z.array(AccountReply.nullable()).length(count))
}

function inContext<T extends z.ZodType>(value: T) {
  return z.object({ value })
}
