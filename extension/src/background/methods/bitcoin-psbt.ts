import { base64, hex } from '@scure/base'
import * as z from 'zod'
import { accountOf } from '../account-of.ts'
import type { Connected } from '../connected.ts'
import type { Background } from '../method.ts'
import { ProviderError } from '../provider-error.ts'
import { sign } from '../signed.ts'
import { given, givenAddress, requireNetwork } from './bitcoin-accounts.ts'

const Index = z.int().min(0).max(0xffff)

/** By address, or for every address alike. */
const SignInputs = z.union([z.array(Index), z.record(z.string(), z.array(Index))])

/** What the signature leaves open is in the PSBT, and on the screen. More is nobody's to allow. */
const Sighash = z.union([z.literal('ALL'), z.literal('DEFAULT'), z.literal(0), z.literal(1)])

/** sats-connect's and WBIP's names; Leather says `hex` and `signAtIndex`. */
export const SignPsbt = z
  .object({
    psbt: z.base64().max(1_400_000).optional(),
    hex: z
      .string()
      .regex(/^([0-9a-fA-F]{2})+$/)
      .max(2_000_000)
      .optional(),
    signInputs: SignInputs.optional(),
    signAtIndex: z.union([Index, z.array(Index)]).optional(),
    allowedSighash: z.array(Sighash).optional(),
    allowedSignHash: z.array(Sighash).optional(),
    broadcast: z.boolean().optional(),
    /** Each signed input as it goes to the network, instead of the signature for others to place. */
    finalize: z.boolean().optional(),
    network: z.string().optional(),
  })
  .refine(({ psbt, hex: text }) => (psbt === undefined) !== (text === undefined), 'one PSBT')
type SignPsbt = z.infer<typeof SignPsbt>

/**
 * What was sent comes back final, as the network has it. Otherwise signatures stand beside their
 * inputs, since libraries of sites finish a PSBT themselves and refuse one that is finished.
 */
export async function signPsbt(wanted: SignPsbt, origin: string, background: Background) {
  const connected = await given(origin, background)
  requireNetwork(connected, wanted.network)
  const inputs = inputsOf(wanted, connected)
  const [address] = inputs.flatMap((input) => input.address ?? [])
  const bytes = wanted.hex === undefined ? base64.decode(wanted.psbt ?? '') : hex.decode(wanted.hex)
  const { broadcast = false, finalize = broadcast } = wanted
  const { signed, id } = await sign(
    {
      origin,
      family: 'bitcoin',
      ...(address !== undefined && { address }),
      what: { kind: 'transaction', bytes, sends: broadcast, ...(inputs.length > 0 && { inputs }) },
      goesTo: broadcast ? 'network' : 'site',
    },
    background,
  )
  if (signed.type !== 'transaction' && signed.type !== 'partial')
    throw new Error('a PSBT is answered with one')
  const final = signed.type === 'partial' ? signed.raw : signed.psbt
  const psbt = finalize ? final : signed.unfinalized
  if (!psbt) throw new Error('a PSBT is answered with one')
  return {
    psbt: base64.encode(psbt),
    ...(wanted.hex !== undefined && { hex: hex.encode(psbt) }),
    ...(id !== undefined && { txid: id }),
  }
}

/** @throws {ProviderError} `unauthorized`: an address that the site was not given, or of two accounts. */
function inputsOf(
  { signInputs, signAtIndex }: SignPsbt,
  connected: Connected,
): { readonly index: number; readonly address?: string }[] {
  if (signAtIndex !== undefined) return [signAtIndex].flat().map((index) => ({ index }))
  if (signInputs === undefined) return []
  if (Array.isArray(signInputs)) return signInputs.map((index) => ({ index }))
  const named = Object.entries(signInputs).filter(([, indexes]) => indexes.length > 0)
  const numbers = named.map(
    ([address]) =>
      accountOf(connected.accounts, givenAddress(connected, address), 'bitcoin').number,
  )
  if (new Set(numbers).size > 1) throw new ProviderError('invalid-params')
  return named.flatMap(([address, indexes]) => indexes.map((index) => ({ index, address })))
}
