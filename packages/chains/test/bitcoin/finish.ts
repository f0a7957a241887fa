import { bytesToHex } from '@noble/hashes/utils.js'
import { psbtPayload } from '../../src/bitcoin/index.ts'
import type { Reading } from '../../src/chain.ts'
import { type Case, at } from './build.ts'
import { decodePsbt } from './psbt.ts'
import { unlock } from './scripts.ts'
import type { testWallet } from './wallet.ts'
import { type Tx, decodeWitness, encodeTx } from './wire.ts'

/** What everybody's signatures make of a request: the transaction that goes to the chain. */
export type Finished = {
  readonly raw: Uint8Array
  /** As the product calls it; absent where somebody else signs last. */
  readonly id?: string
  /** How often our wallet signed. */
  readonly rounds: number
}

/** Signs with our plain keys, again for inputs that were not chosen, then with everybody else's. */
export function finish(
  reading: Reading,
  made: Case,
  { chain, account, sign }: ReturnType<typeof testWallet>,
): Finished {
  let current = reading
  for (let rounds = 1; ; rounds += 1) {
    const result = current.assemble(current.digests().map(sign))
    if (result.type === 'transaction') return { raw: result.raw, id: result.id, rounds }
    if (result.type !== 'partial') throw new RangeError(`a PSBT does not become ${result.type}`)
    const maps = decodePsbt(result.raw).inputs
    const waiting = made.own.some((own, index) => own && !at(maps, index).has('08'))
    if (!waiting) return { raw: encodeTx(others(result.raw, made)), rounds }
    current = chain.read(psbtPayload(result.raw), account)
  }
}

/** Lets everybody else sign what is open in a PSBT, and takes what is final from it. */
function others(partial: Uint8Array, made: Case): Tx {
  const { unsigned, inputs } = decodePsbt(partial)
  const bytes = encodeTx(unsigned)
  return {
    ...unsigned,
    inputs: unsigned.inputs.map((input, index) => {
      const map = at(inputs, index)
      const witness = map.get('08')
      const script = map.get('07')
      if (witness ?? script)
        return {
          ...input,
          scriptSig: script ?? new Uint8Array(),
          witness: witness ? decodeWitness(witness) : [],
        }
      if (at(made.own, index)) throw new RangeError(`ours is open: ${bytesToHex(partial)}`)
      const coin = at(made.coins, index)
      return { ...input, ...unlock(coin, bytes, made.prevouts, index, at(made.types, index)) }
    }),
  }
}
