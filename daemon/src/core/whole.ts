import type { Read } from './reading.ts'

/**
 * Whether a request is one transaction, every signature of which commits to all that it uses: then
 * nothing of it is valid any more once another has one of its uses.
 */
export const isWhole = ({ reading, explanation }: Pick<Read, 'reading' | 'explanation'>): boolean =>
  // SECURITY: the other steps of a batch stay valid when one is replaced. Test: test/replacing.test.ts "batches that share a nonce with the next are counted each for itself"
  (reading.kind === 'transaction' || reading.kind === 'psbt') &&
  // SECURITY: a signature that leaves out other inputs is valid without them. Test: test/replacing.test.ts "a payment that is valid without the shared coin is counted for itself"
  explanation.intents.every(
    (intent) =>
      intent.kind !== 'payment' ||
      intent.inputs.every(({ signed, sighash }) => !signed || sighash === 'all'),
  )
