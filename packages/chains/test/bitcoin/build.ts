import { concatBytes } from '@noble/hashes/utils.js'
import type { ChainErrorCode } from '../../src/error.ts'
import { type Draft, flaws } from './flaws.ts'
import type { Prevout } from './interpreter.ts'
import { secretOf } from './keys.ts'
import type { InputPlan, OutputPlan, Owner, Plan } from './plan.ts'
import { type Entry, encodePsbt, field } from './psbt.ts'
import { type Coin, coinOf, opReturn, redeemScript, unlock, witnessProgram } from './scripts.ts'
import type { testWallet } from './wallet.ts'
import { type Tx, type TxOutput, encodeTx, encodeWitness, txidOf } from './wire.ts'

/** A request, and everything that is true about it. */
export type Case = {
  readonly psbt: Uint8Array
  readonly chosen: readonly number[]
  readonly unsigned: Tx
  /** One for each input, as the chain has them. */
  readonly coins: readonly Coin[]
  readonly prevouts: readonly Prevout[]
  /** As the request says. */
  readonly shown: readonly Prevout[]
  readonly own: readonly boolean[]
  readonly types: readonly number[]
  readonly proven: readonly boolean[]
  readonly outputs: readonly OutputPlan['to'][]
  /** It has to be refused, with one of these. */
  readonly refusal: readonly ChainErrorCode[] | undefined
  readonly flaw: string | undefined
  readonly lie: boolean
}

const none = new Uint8Array()

/** Turns numbers into a PSBT. The same numbers give the same bytes. */
export function build(plan: Plan, wallet: ReturnType<typeof testWallet>): Case {
  const coins = plan.inputs.map(({ owner }) => coinOfOwner(owner, wallet.coins))
  const own = plan.inputs.map(({ owner }) => typeof owner === 'number')
  const prevouts = plan.inputs.map(({ amount }, index) => ({
    script: at(coins, index).script,
    amount: BigInt(amount),
  }))
  const previous = plan.inputs.map((input, index) => previousOf(input, at(prevouts, index), index))
  const outputs = outputsOf(plan, wallet.coins)
  const unsigned: Tx = {
    version: plan.version,
    inputs: plan.inputs.map(({ sequence, vout }, index) => ({
      txid: txidOf(at(previous, index)),
      vout,
      scriptSig: none,
      sequence,
      witness: [],
    })),
    outputs,
    lockTime: plan.lockTime,
  }
  const bytes = encodeTx(unsigned)
  const types = plan.inputs.map((input, index) =>
    typeOf(input, at(coins, index), index, outputs.length),
  )
  const proven = plan.inputs.map(({ proof }, index) => {
    return proof !== 'output' || at(coins, index).kind === 'p2pkh'
  })
  const shown = lyingPrevouts(plan, prevouts, proven)
  const maps = plan.inputs.map((input, index): Entry[] => {
    const coin = at(coins, index)
    const whole = at(proven, index)
    const output = coin.kind !== 'p2pkh' && (!whole || input.proof === 'both')
    return [
      ...(whole ? [field.whole(encodeTx(at(previous, index)))] : []),
      ...(output ? [field.output(at(shown, index))] : []),
      ...(at(own, index) && input.sighash !== undefined ? [field.sighash(at(types, index))] : []),
      ...(coin.kind === 'p2sh-p2wpkh' ? [field.redeemScript(redeemScript(coin.secret))] : []),
      ...(input.final && !at(own, index)
        ? finalOf(unlock(coin, bytes, prevouts, index, at(types, index)))
        : []),
    ]
  })
  const draft: Draft = {
    plan,
    unsigned,
    previous,
    coins,
    own,
    shown,
    proven,
    global: [field.unsigned(bytes)],
    inputs: maps,
    outputs: plan.outputs.map(({ hint }) => (hint ? [changeHint()] : [])),
    chosen: chosenOf(plan, own),
    finish: encodePsbt,
  }
  const flaw = plan.flaw === undefined ? undefined : flawOf(plan.flaw, draft)
  const final = flaw ? flaw.plant(draft) : draft
  const nothingOurs = !own.some(Boolean)
  const refusal = flaw?.codes ?? (nothingOurs ? (['wrong-account'] as const) : undefined)
  return {
    psbt: final.finish(final),
    chosen: final.chosen,
    unsigned,
    coins,
    prevouts,
    shown,
    own,
    types,
    proven,
    outputs: plan.outputs.map(({ to }) => to),
    refusal,
    flaw: flaw?.name ?? (nothingOurs ? 'nothing is ours' : undefined),
    lie: shown !== prevouts,
  }
}

/** Every third choice is among those that only few transactions can have. */
function flawOf(choice: number, draft: Draft): (typeof flaws)[number] | undefined {
  const possible = flaws.filter(({ fits }) => fits(draft))
  const rare = possible.filter((flaw) => flaw.rare)
  const from = choice % 3 === 0 && rare.length > 0 ? rare : possible
  return from[Math.floor(choice / 3) % from.length]
}

export function at<T>(list: readonly T[], index: number): T {
  const found = list[index]
  if (found === undefined) throw new RangeError(`no ${index}`)
  return found
}

function coinOfOwner(owner: Owner, mine: readonly Coin[]): Coin {
  return typeof owner === 'number' ? at(mine, owner) : coinOf(owner, `foreign ${owner}`)
}

/** The type that the input can have; somebody else always signs everything. */
function typeOf(input: InputPlan, { kind }: Coin, index: number, outputs: number): number {
  const all = kind === 'p2tr' ? 0 : 1
  if (typeof input.owner !== 'number' || input.sighash === undefined) return all
  if (input.sighash === 0) return all
  if ((input.sighash & 3) === 3 && index >= outputs) return (input.sighash & 0x80) | 1
  return input.sighash
}

function previousOf(input: InputPlan, output: TxOutput, index: number): Tx {
  const filler = { amount: 1_000n, script: opReturn(Uint8Array.of(index)) }
  return {
    version: 2,
    inputs: [
      {
        txid: String(index + 1).padStart(64, 'e'),
        vout: 0,
        scriptSig: none,
        sequence: 0xffffffff,
        witness: input.witnesses ? [Uint8Array.of(1, 2, 3)] : [],
      },
    ],
    outputs: [...Array.from({ length: input.vout }, () => filler), output, filler],
    lockTime: 0,
  }
}

function outputsOf(plan: Plan, mine: readonly Coin[]): TxOutput[] {
  const total = plan.inputs.reduce((sum, { amount }) => sum + amount, 0) - plan.fee
  const shares = plan.outputs.reduce((sum, { share }) => sum + share, 0)
  const amounts = plan.outputs.map(({ share }) => Math.floor((total / shares) * share))
  const rest = total - amounts.reduce((sum, amount) => sum + amount, 0)
  return plan.outputs.map(({ to }, index) => ({
    amount: BigInt(at(amounts, index) + (index === 0 ? rest : 0)),
    script: scriptFor(to, mine),
  }))
}

function scriptFor(to: OutputPlan['to'], mine: readonly Coin[]): Uint8Array {
  if (to === 'data') return opReturn(Uint8Array.of(1, 2, 3))
  if (to === 'p2wsh') return witnessProgram(0, secretOf('somebody’s script'))
  return coinOfOwner(to, mine).script
}

/** An amount that is not the truth, where only the request says it. */
function lyingPrevouts(
  { lie, fee }: Plan,
  prevouts: readonly Prevout[],
  proven: readonly boolean[],
): readonly Prevout[] {
  if (!lie) return prevouts
  const index = lie.input % prevouts.length
  if (at(proven, index)) return prevouts
  const { script, amount } = at(prevouts, index)
  // Less than there is hides a fee; it has to leave what the outputs need.
  const by = lie.by % 2 === 0 && lie.by <= fee ? -lie.by : lie.by
  return prevouts.with(index, { script, amount: amount + BigInt(by) })
}

function chosenOf({ chosen }: Plan, own: readonly boolean[]): number[] {
  const mine = own.flatMap((is, index) => (is ? [index] : []))
  if (mine.length === 0) return []
  const picked = chosen.map((place) => at(mine, place % mine.length))
  return [...new Set(picked)].toSorted((a, b) => a - b)
}

function finalOf({ scriptSig, witness }: ReturnType<typeof unlock>): Entry[] {
  return [
    ...(scriptSig.length > 0 ? [field.finalScript(scriptSig)] : []),
    ...(witness.length > 0 ? [field.finalWitness(encodeWitness(witness))] : []),
  ]
}

/** A path to change of ours, whoever's the output is. */
function changeHint(): Entry {
  const key = concatBytes(Uint8Array.of(2), secretOf('a key that is not ours'))
  return field.derivation(0x02, key, [0x80000054, 0x80000001, 0x80000000, 1, 0])
}
