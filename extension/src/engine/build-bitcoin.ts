import type { Account, Chain, Payment } from '@tandem/chains'
import { normalizePsbt, openInputs, psbtPayload } from '@tandem/chains/bitcoin'
import { type Build, EngineError } from '../messages/engine.ts'

/**
 * A PSBT that a site made, of which the inputs that it names are signed.
 *
 * @throws {ChainError} @throws {EngineError} `wrong-account`: an input is not of the address that it
 *   is said to be of; `incomplete`: it would be sent, and others have not signed.
 */
export function bitcoinPsbt(
  chain: Chain,
  account: Account,
  { bytes, inputs = {}, sends = false }: Extract<Build, { kind: 'transaction' }>,
): Uint8Array {
  const psbt = normalizePsbt(bytes)
  const named = Object.entries(inputs).flatMap(([address, indexes]) =>
    indexes.map((index) => [index, address] as const),
  )
  const wanted = new Map(named)
  if (wanted.size !== named.length)
    throw new EngineError('wrong-account', 'an input of two addresses')
  const payload = psbtPayload(
    psbt,
    [...wanted.keys()].toSorted((a, b) => a - b),
  )
  const [payment] = chain.read(payload, account).explain().intents
  const signed = payment?.kind === 'payment' ? payment.inputs : []
  for (const [index, address] of wanted)
    if (signed[index]?.address !== address)
      throw new EngineError('wrong-account', `input ${index} is not of that address`)
  if (sends) requireOthers(psbt, signed)
  return payload
}

function requireOthers(psbt: Uint8Array, inputs: Payment['inputs']): void {
  if (openInputs(psbt).some((index) => inputs[index]?.signed !== true))
    throw new EngineError('incomplete', 'somebody else has to sign first')
}
