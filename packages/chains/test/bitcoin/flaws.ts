import { concatBytes } from '@noble/hashes/utils.js'
import type { ChainErrorCode } from '../../src/error.ts'
import type { Prevout } from './interpreter.ts'
import { secretOf } from './keys.ts'
import type { Plan } from './plan.ts'
import { type Entry, type Psbt, encodePsbt, entry, field } from './psbt.ts'
import type { Coin } from './scripts.ts'
import { type Tx, encodeTx } from './wire.ts'

/** A PSBT before its bytes are written. */
export type Draft = Psbt & {
  readonly plan: Plan
  readonly unsigned: Tx
  readonly previous: readonly Tx[]
  readonly coins: readonly Coin[]
  readonly own: readonly boolean[]
  readonly shown: readonly Prevout[]
  readonly proven: readonly boolean[]
  readonly chosen: readonly number[]
  readonly finish: (psbt: Psbt) => Uint8Array
}

/** Something that is wrong with a PSBT, and what it is called when it is refused. */
type Flaw = {
  readonly name: string
  readonly fits: (draft: Draft) => boolean
  readonly plant: (draft: Draft) => Draft
  readonly codes: readonly ChainErrorCode[]
  /** Only few transactions can have it. */
  readonly rare: boolean
}

const always = (): boolean => true
const ownIndex = ({ own }: Draft): number => own.indexOf(true)
const legacyIndex = ({ coins }: Draft): number => coins.findIndex(({ kind }) => kind === 'p2pkh')
const hasOwn = (draft: Draft): boolean => ownIndex(draft) >= 0
const kindOf = (draft: Draft): string | undefined => draft.coins[ownIndex(draft)]?.kind

/** Changes the map of the first input, or of the first of ours. */
function onInput(
  draft: Draft,
  change: (entries: readonly Entry[]) => readonly Entry[],
  index = 0,
): Draft {
  return { ...draft, inputs: draft.inputs.map((map, at) => (at === index ? change(map) : map)) }
}

function without(types: readonly number[]): (entries: readonly Entry[]) => readonly Entry[] {
  return (entries) => entries.filter(([key]) => !types.includes(key[0] ?? -1))
}

function withTx(draft: Draft, tx: Tx): Draft {
  return { ...draft, global: [field.unsigned(encodeTx(tx))] }
}

function withSighash(draft: Draft, type: number, index = ownIndex(draft)): Draft {
  const change = (map: readonly Entry[]) => [...without([3])(map), field.sighash(type)]
  return onInput({ ...draft, chosen: [] }, change, index)
}

function onBytes(draft: Draft, change: (bytes: Uint8Array) => Uint8Array): Draft {
  return { ...draft, finish: (psbt) => change(encodePsbt(psbt)) }
}

function flaw(
  name: string,
  codes: readonly ChainErrorCode[],
  fits: Flaw['fits'],
  plant: Flaw['plant'],
): Flaw {
  return { name, codes, fits, plant, rare: fits !== always && fits !== hasOwn }
}

export const flaws: readonly Flaw[] = [
  flaw('no prevout', ['missing'], always, (draft) => onInput(draft, without([0, 1]))),
  flaw(
    'another previous transaction',
    ['not-valid'],
    ({ proven }) => proven[0] === true,
    (draft) => {
      const [first] = draft.previous
      const other = first ? encodeTx({ ...first, lockTime: 9 }) : new Uint8Array()
      return onInput(draft, (map) => [...without([0])(map), field.whole(other)])
    },
  ),
  flaw(
    'two amounts for one coin',
    ['not-valid'],
    ({ proven }) => proven[0] === true,
    (draft) => {
      const { script = new Uint8Array(), amount = 0n } = draft.shown[0] ?? {}
      const lie = field.output({ script, amount: amount + 1n })
      return onInput(draft, (map) => [...without([1])(map), lie])
    },
  ),
  flaw(
    'a legacy coin without its transaction',
    ['missing'],
    (draft) => legacyIndex(draft) >= 0,
    (draft) => {
      const index = legacyIndex(draft)
      const shown = draft.shown[index] ?? { script: new Uint8Array(), amount: 0n }
      return onInput(draft, (map) => [...without([0])(map), field.output(shown)], index)
    },
  ),
  flaw('an outpoint twice', ['duplicate'], always, (draft) => {
    const { unsigned, inputs } = draft
    const twice = { ...unsigned, inputs: [...unsigned.inputs, ...unsigned.inputs.slice(0, 1)] }
    return { ...withTx(draft, twice), inputs: [...inputs, ...inputs.slice(0, 1)] }
  }),
  flaw('a key twice', ['duplicate'], always, (draft) =>
    onInput(draft, (map) => [...map, ...map.slice(0, 1)]),
  ),
  flaw('a byte after the end', ['trailing'], always, (draft) =>
    onBytes(draft, (bytes) => concatBytes(bytes, Uint8Array.of(0))),
  ),
  flaw('the last byte is missing', ['truncated'], always, (draft) =>
    onBytes(draft, (bytes) => bytes.subarray(0, -1)),
  ),
  flaw('a script in the unsigned transaction', ['not-valid'], always, (draft) => {
    const [first, ...rest] = draft.unsigned.inputs
    const scriptSig = Uint8Array.of(1, 1)
    return withTx(draft, {
      ...draft.unsigned,
      inputs: [...(first ? [{ ...first, scriptSig }] : []), ...rest],
    })
  }),
  flaw('a witness in the unsigned transaction', ['not-valid'], always, (draft) => {
    const [first, ...rest] = draft.unsigned.inputs
    const witness = [Uint8Array.of(1)]
    return withTx(draft, {
      ...draft.unsigned,
      inputs: [...(first ? [{ ...first, witness }] : []), ...rest],
    })
  }),
  flaw('no sighash type', ['not-valid'], hasOwn, (draft) => withSighash(draft, 0x41)),
  flaw('ANYONECANPAY alone', ['not-valid'], hasOwn, (draft) => withSighash(draft, 0x80)),
  flaw('a sighash type beyond one byte', ['not-valid'], hasOwn, (draft) =>
    withSighash(draft, 0x101),
  ),
  flaw(
    'the default of Taproot for P2WPKH',
    ['not-valid'],
    (draft) => kindOf(draft) === 'p2wpkh',
    (draft) => withSighash(draft, 0),
  ),
  flaw(
    'SINGLE without its output',
    ['not-valid'],
    ({ own, unsigned }) => own.lastIndexOf(true) >= unsigned.outputs.length,
    (draft) => withSighash(draft, 3, draft.own.lastIndexOf(true)),
  ),
  flaw('more out than in', ['not-valid'], hasOwn, (draft) => {
    const [first, ...rest] = draft.unsigned.outputs
    const more = first ? [{ ...first, amount: first.amount + 200_001n }] : []
    const changed = withTx(draft, { ...draft.unsigned, outputs: [...more, ...rest] })
    const plain = { ...changed, inputs: changed.inputs.map(without([3])) }
    return { ...plain, chosen: [] }
  }),
  flaw('more than all bitcoin', ['not-valid'], always, (draft) => {
    const [first, ...rest] = draft.unsigned.outputs
    const more = first ? [{ ...first, amount: 2_100_000_000_000_001n }] : []
    return withTx(draft, { ...draft.unsigned, outputs: [...more, ...rest] })
  }),
  flaw(
    "somebody else's input is to be signed",
    ['wrong-account'],
    ({ own }) => own.includes(false),
    (draft) => ({ ...draft, chosen: [draft.own.indexOf(false)] }),
  ),
  flaw('an input that is not there', ['not-valid'], always, (draft) => ({
    ...draft,
    chosen: [draft.own.length],
  })),
  flaw('an input twice', ['not-canonical'], hasOwn, (draft) => ({
    ...draft,
    chosen: [ownIndex(draft), ownIndex(draft)],
  })),
  flaw('a script path on a coin of ours', ['unsupported'], hasOwn, (draft) => {
    const control = concatBytes(Uint8Array.of(0xc0), secretOf('internal'))
    const leaf = field.tapLeaf(control, Uint8Array.of(0x51, 0xc0))
    return onInput({ ...draft, chosen: [] }, (map) => [...map, leaf], ownIndex(draft))
  }),
  flaw('a tree on a coin of ours', ['unsupported'], hasOwn, (draft) => {
    const root = field.tapRoot(secretOf('root'))
    return onInput({ ...draft, chosen: [] }, (map) => [...map, root], ownIndex(draft))
  }),
  flaw('a field that nobody knows', ['unsupported'], always, (draft) =>
    onInput(draft, (map) => [...map, entry(0x40, Uint8Array.of(1))]),
  ),
  flaw('version 2', ['unsupported'], always, (draft) => ({
    ...draft,
    global: [...draft.global, field.version(2)],
  })),
]
