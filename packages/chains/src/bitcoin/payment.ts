import { hex } from '@scure/base'
import type { Account } from '../account.ts'
import { ChainError } from '../error.ts'
import type { Explanation, Facts, Payment, PaymentInput, PaymentOutput } from '../intent.ts'
import type { Network } from '../networks.ts'
import { type Hrp, addressOf } from './address.ts'
import { claims } from './claims.ts'
import type { Prevout } from './prevouts.ts'
import type { Psbt } from './psbt.ts'
import { ALL, anyoneCanPay, sighashName, signsOutputs } from './sighash.ts'
import type { SignedInput } from './signed-inputs.ts'
import type { TransactionOutput } from './transaction.ts'
import { virtualSize } from './weight.ts'

export type PaymentRequest = {
  readonly psbt: Psbt
  readonly spent: readonly Prevout[]
  readonly signed: readonly SignedInput[]
}

const OP_RETURN = 0x6a
/** BIP-125: any sequence up to this one lets the transaction be replaced. */
const LAST_REPLACEABLE = 0xffff_fffd

/**
 * Outputs may exceed inputs only where others may add some.
 *
 * @throws {ChainError} `not-valid`
 */
export function checkBalance({ psbt, spent, signed }: PaymentRequest): void {
  const complete = signed.some(({ sighash }) => !anyoneCanPay(sighash))
  // SECURITY: more going out than coming in is a lie about an amount. Test: src/bitcoin/payment.test.ts "outputs that exceed the inputs are refused"
  if (complete && sum(spent) < sum(psbt.transaction.outputs))
    throw new ChainError('not-valid', 'transaction', 'outputs that the inputs pay for')
}

/** What a transaction does to an account. */
export function explainPayment(
  request: PaymentRequest,
  account: Account,
  network: Network,
  hrp: Hrp,
  facts: Facts,
): Explanation {
  const { spent, signed } = request
  const payment = paymentOf(request, account, hrp)
  const own = payment.leaves > 0n
  const payer = payment.inputs.find((input) => input.own === own) ?? payment.inputs[0]
  // Where others decide the fee, all that leaves may be one.
  const most = payment.fee ?? (own ? payment.leaves : 0n)
  return {
    chain: network.id,
    account: account.id,
    intents: [payment],
    fee: { asset: network.native.asset, max: most, payer: payer?.address ?? account.id, own },
    claims: claims(spent, signed, facts),
    uses: signed.flatMap(({ index }) => {
      const { outpoint, amount } = spent[index] ?? {}
      return outpoint === undefined || amount === undefined
        ? []
        : [{ kind: 'outpoint' as const, outpoint, amount }]
    }),
  }
}

function paymentOf({ psbt, spent, signed }: PaymentRequest, account: Account, hrp: Hrp): Payment {
  const { transaction } = psbt
  const outputs = transaction.outputs.map((output) => explainOutput(output, account, hrp))
  const fee = feeOf(spent, outputs, signed)
  const size = fee === undefined ? undefined : virtualSize(psbt, spent)
  return {
    kind: 'payment',
    inputs: explainInputs(spent, signed, hrp),
    outputs,
    leaves: sum(spent.filter(({ own }) => own)) - comesBack(outputs, signed),
    ...(fee === undefined ? {} : { fee }),
    ...(fee === undefined || size === undefined ? {} : { feeRate: rateOf(fee, size) }),
    outputsFixed: signed.every(({ sighash }) => signsOutputs(sighash) === 'all'),
    replaceable: transaction.inputs.some(({ sequence }) => sequence <= LAST_REPLACEABLE),
    ...(transaction.lockTime === 0 ? {} : { lockTime: transaction.lockTime }),
  }
}

function explainInputs(
  spent: readonly Prevout[],
  signed: readonly SignedInput[],
  hrp: Hrp,
): PaymentInput[] {
  const types = new Map(signed.map(({ index, sighash }) => [index, sighashName(sighash)]))
  return spent.map(({ index, outpoint, amount, script, scriptHex, own }) => {
    const sighash = types.get(index)
    return {
      outpoint,
      address: own?.address ?? addressOf(script, hrp) ?? scriptHex,
      amount,
      own: own !== undefined,
      signed: types.has(index),
      ...(sighash ? { sighash } : {}),
    }
  })
}

function explainOutput(
  { amount, script: signed }: TransactionOutput,
  { own }: Account,
  hrp: Hrp,
): PaymentOutput {
  const script = signed.slice()
  const mine = own.get(hex.encode(script))
  if (mine) return { address: mine.address, script, amount, to: mine.change ? 'change' : 'own' }
  if (script[0] === OP_RETURN) return { script, amount, to: 'data' }
  const address = addressOf(script, hrp)
  return { ...(address === undefined ? {} : { address }), script, amount, to: 'other' }
}

/**
 * Of our outputs, those that every signature of ours holds. Where others may add inputs, an output
 * of ours can also be the one that another transaction of ours shows, so only SINGLE, which ties it
 * to the number of the input, counts.
 */
function comesBack(outputs: readonly PaymentOutput[], signed: readonly SignedInput[]): bigint {
  const [partial, ...others] = signed.filter(
    ({ sighash }) => signsOutputs(sighash) !== 'all' || anyoneCanPay(sighash),
  )
  // Two inputs that hold one output each hold none together.
  if (others.length > 0 || (partial && signsOutputs(partial.sighash) !== 'single')) return 0n
  const kept = outputs.filter(
    ({ to }, index) => (to === 'own' || to === 'change') && (!partial || partial.index === index),
  )
  return sum(kept)
}

/** Known when every signature holds all inputs and outputs. */
function feeOf(
  spent: readonly Prevout[],
  outputs: readonly PaymentOutput[],
  signed: readonly SignedInput[],
): bigint | undefined {
  const fixed = signed.every(({ sighash }) => sighash === 0 || sighash === ALL)
  return fixed ? sum(spent) - sum(outputs) : undefined
}

function rateOf(fee: bigint, size: number): bigint {
  const bytes = BigInt(size)
  return (fee * 1000n + bytes - 1n) / bytes
}

function sum(list: readonly { readonly amount: bigint }[]): bigint {
  let total = 0n
  for (const { amount } of list) total += amount
  return total
}
