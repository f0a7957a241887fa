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
  { bytes, inputs = [], sends = false }: Extract<Build, { kind: 'transaction' }>,
): Uint8Array {
  const psbt = normalizePsbt(bytes)
  const indexes = [...new Set(inputs.map(({ index }) => index))].toSorted((a, b) => a - b)
  const payload = psbtPayload(psbt, indexes)
  const [payment] = chain.read(payload, account).explain().intents
  const signed = payment?.kind === 'payment' ? payment.inputs : []
  for (const { index, address } of inputs)
    // SECURITY: a site that names another address than the one that pays has its person approve a mistake. Test: src/engine/build-bitcoin.test.ts "an input is signed for the address that the site names, and for no other"
    if (address !== undefined && signed[index]?.address !== address)
      throw new EngineError('wrong-account', `inputs[${index}]: expected an output of that address`)
  if (sends) requireOthers(psbt, signed)
  return payload
}

function requireOthers(psbt: Uint8Array, inputs: Payment['inputs']): void {
  if (openInputs(psbt).some((index) => inputs[index]?.signed !== true))
    throw new EngineError('incomplete', 'somebody else has to sign first')
}
