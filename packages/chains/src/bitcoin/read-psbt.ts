import type { Account } from '../account.ts'
import type { Digest, Reading } from '../chain.ts'
import { ChainError } from '../error.ts'
import type { Network } from '../networks.ts'
import type { Hrp } from './address.ts'
import { assemble } from './assemble.ts'
import { digester } from './digest.ts'
import { checkBalance, explainPayment } from './payment.ts'
import { prevouts } from './prevouts.ts'
import { parsePsbt } from './psbt.ts'
import { signedInputs } from './signed-inputs.ts'

/**
 * Reads a PSBT of which this account signs at least one input.
 *
 * @param parts of the payload: the PSBT, then indexes of inputs.
 * @throws {ChainError}
 */
export function readPsbt(
  parts: readonly Uint8Array[],
  account: Account,
  network: Network,
  hrp: Hrp,
): Reading {
  const [bytes, ...indexes] = parts
  if (!bytes) throw new ChainError('missing', 'payload', 'a PSBT')
  const psbt = parsePsbt(bytes)
  const spent = prevouts(psbt, account)
  const signed = signedInputs(psbt, spent, indexes)
  const request = { psbt, spent, signed }
  checkBalance(request)

  const digests = (): Digest[] => {
    const of = digester(psbt.transaction, spent)
    return signed.map(({ index: input, own: { type, suite, path }, sighash }, index) => {
      const message = type === 'p2tr' ? of.taproot(input, sighash) : of.segwit(input, sighash)
      return { index, suite, path, message }
    })
  }
  return {
    kind: 'psbt',
    explain: (facts = {}) => explainPayment(request, account, network, hrp, facts),
    digests,
    assemble: (signatures) => assemble(psbt, signed, digests(), signatures),
  }
}
