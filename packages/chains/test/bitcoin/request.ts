import type { Explanation, Facts, Payment } from '../../src/intent.ts'
import { normalizePsbt, psbtPayload } from '../../src/bitcoin/index.ts'
import type { Reading } from '../../src/chain.ts'
import type { Prevout } from './interpreter.ts'
import { type Entry, decodePsbt, encodePsbt, field } from './psbt.ts'
import type { Coin } from './scripts.ts'
import type { testWallet } from './wallet.ts'
import { type Tx, type TxOutput, decodeTx, decodeWitness, encodeTx, txidOf } from './wire.ts'

/** An input as an attacker writes it. */
export type Spend = {
  readonly coin: Pick<Coin, 'script'>
  readonly amount: bigint
  /** What the request says of it; absent: the truth. */
  readonly shown?: Partial<Prevout>
  /** Its whole transaction, which proves it. */
  readonly proven?: boolean
  readonly sighash?: number
  readonly more?: readonly Entry[]
}

export type Request = {
  readonly inputs: readonly Spend[]
  readonly outputs: readonly (TxOutput & { readonly more?: readonly Entry[] })[]
  /** Only these inputs are to be signed. */
  readonly sign?: readonly number[]
}

const none = new Uint8Array()

/** The transaction that made a coin; equal coins come from equal transactions. */
function previousOf({ coin, amount }: Spend): Tx {
  const input = { txid: 'ab'.repeat(32), vout: 0, scriptSig: none, sequence: 0, witness: [] }
  const output = { amount, script: coin.script }
  return { version: 2, inputs: [input], outputs: [output], lockTime: 0 }
}

export function unsignedOf({ inputs, outputs }: Request): Tx {
  return {
    version: 2,
    inputs: inputs.map((spend) => ({
      txid: txidOf(previousOf(spend)),
      vout: 0,
      scriptSig: none,
      sequence: 0xfffffffd,
      witness: [],
    })),
    outputs,
    lockTime: 0,
  }
}

/** What the chain has, whatever the request says. */
export function truthOf({ inputs }: Pick<Request, 'inputs'>): Prevout[] {
  return inputs.map(({ coin, amount }) => ({ script: coin.script, amount }))
}

/** Where the coins are, for a caller with its own node. */
export function factsOf(request: Request): Facts {
  const { inputs } = unsignedOf(request)
  const prevouts = truthOf(request)
  const known = inputs.map(({ txid, vout }, index) => ({ at: `${txid}:${vout}`, index }))
  return {
    amounts: new Map(known.map(({ at, index }) => [at, prevouts[index]?.amount ?? 0n])),
    scripts: new Map(
      known.map(({ at, index }) => [
        at,
        Buffer.from(prevouts[index]?.script ?? none).toString('hex'),
      ]),
    ),
  }
}

export function payloadOf(request: Request): Uint8Array {
  const { inputs, outputs, sign } = request
  const psbt = encodePsbt({
    global: [field.unsigned(encodeTx(unsignedOf(request)))],
    inputs: inputs.map((spend) => {
      const { coin, amount, shown, proven, sighash, more = [] } = spend
      return [
        ...(proven ? [field.whole(encodeTx(previousOf(spend)))] : []),
        field.output({ script: coin.script, amount, ...shown }),
        ...(sighash === undefined ? [] : [field.sighash(sighash)]),
        ...more,
      ]
    }),
    outputs: outputs.map(({ more = [] }) => more),
  })
  return psbtPayload(normalizePsbt(psbt), sign)
}

type Wallet = ReturnType<typeof testWallet>

export function readRequest(request: Request, { chain, account }: Wallet): Reading {
  return chain.read(payloadOf(request), account)
}

export function explain(
  request: Request,
  wallet: Wallet,
  facts: Facts = {},
): Explanation & { readonly payment: Payment } {
  const explanation = readRequest(request, wallet).explain(facts)
  const [payment] = explanation.intents
  if (payment?.kind !== 'payment') throw new RangeError('a PSBT is a payment')
  return { ...explanation, payment }
}

/** The witnesses that our wallet gives for a request; empty where it does not sign. */
export function witnessesOf(request: Request, wallet: Wallet): (readonly Uint8Array[])[] {
  const reading = readRequest(request, wallet)
  const signed = reading.assemble(reading.digests().map(wallet.sign))
  if (signed.type === 'transaction')
    return decodeTx(signed.raw).inputs.map(({ witness }) => witness)
  if (signed.type !== 'partial') throw new RangeError('no transaction')
  return decodePsbt(signed.raw).inputs.map((map) => {
    const witness = map.get('08')
    return witness ? decodeWitness(witness) : []
  })
}

/** A transaction that somebody puts together from witnesses that were given to them. */
export function withWitnesses(tx: Tx, witnesses: readonly (readonly Uint8Array[])[]): Uint8Array {
  return encodeTx({
    ...tx,
    inputs: tx.inputs.map((input, index) => ({ ...input, witness: witnesses[index] ?? [] })),
  })
}
