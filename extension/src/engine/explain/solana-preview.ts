import { decodePayload } from '@tandem/chains'
import { base64 } from '@scure/base'
import * as z from 'zod'
import type { Preview } from '../../messages/engine.ts'
import type { Look } from './look.ts'

const units = z.union([z.number(), z.bigint()]).transform(BigInt)
const Simulated = z.object({
  context: z.object({ slot: units }),
  value: z.object({
    err: z.unknown(),
    accounts: z.array(z.object({ lamports: units }).nullable()).nullish(),
  }),
})
const Balance = z.object({ value: units })

/** What a Solana node says would happen to the account's SOL. Nothing for what is no transaction. */
export async function solanaPreview(look: Look): Promise<Preview | undefined> {
  const { payload, owner, network, rpc } = look
  const { kind, parts } = decodePayload(payload)
  const [wire] = parts
  if (kind !== 'transaction' || !wire) return undefined
  const settings = {
    encoding: 'base64',
    sigVerify: false,
    commitment: 'confirmed',
    accounts: { encoding: 'base64', addresses: [owner] },
  }
  const [before, answer] = await Promise.all([
    rpc('getBalance', [owner, { commitment: 'confirmed' }]).then((found) => Balance.parse(found)),
    rpc('simulateTransaction', [base64.encode(wire), settings]),
  ])
  const { context, value } = Simulated.parse(answer)
  if (value.err !== null && value.err !== undefined)
    return { kind: 'fails', reason: JSON.stringify(value.err).slice(0, 200) }
  const after = value.accounts?.[0]?.lamports
  if (after === undefined) return { kind: 'none', reason: 'unsupported' }
  const amount = after - before.value
  const changes = amount === 0n ? [] : [{ asset: network.native.asset, amount }]
  return { kind: 'changes', block: context.slot, changes }
}
