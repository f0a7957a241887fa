import type { Account } from '../account.ts'
import { ChainError } from '../error.ts'
import type { Call, Explanation, Facts, Intent, Use } from '../intent.ts'
import type { Network } from '../networks.ts'
import { type Tables, resolveAccounts } from './accounts.ts'
import { encodeAddress } from './address.ts'
import type { Context, Instruction } from './context.ts'
import { maxFee } from './fee.ts'
import type { Message } from './message.ts'
import { openings } from './openings.ts'
import { tokenAddress } from './program-address.ts'
import { COMPUTE_BUDGET, SYSTEM } from './program-ids.ts'
import { programs } from './programs.ts'
import { ownAccounts } from './touched.ts'

/** Who reads. */
export type Reader = { readonly network: Network; readonly account: Account; readonly self: string }

/** An instruction, and how many of its accounts nobody has named. They are not in it. */
type Step = { readonly instruction: Instruction; readonly hidden: number }

/**
 * What a transaction does, instruction by instruction.
 *
 * @throws {ChainError} the runtime would read it otherwise than it looks, or `facts` contradict it.
 */
export function explainTransaction(
  message: Message,
  said: Tables,
  { network, account, self }: Reader,
  facts: Facts,
): Explanation {
  const { all, claims } = resolveAccounts(message, said, facts)
  const steps = message.instructions.map(({ program, accounts, data }, index): Step => {
    const given = Array.from(accounts, (at) => all[at])
    const known = given.filter((meta) => meta !== undefined && 'address' in meta)
    const instruction = { index, program: message.keys[program] ?? '', accounts: known, data }
    return { instruction, hidden: given.length - known.length }
  })
  const instructions = steps.map(({ instruction }) => instruction)
  const context: Context = {
    chain: network.id,
    native: network.native.asset,
    self,
    isOwn: (address) => account.own.has(address),
    ownToken: ownTokens(self),
    facts,
    ...openings(steps.flatMap(({ hidden, instruction }) => (hidden === 0 ? [instruction] : []))),
  }

  let memo: ReadonlySet<string> | undefined
  const own = () =>
    (memo ??= ownAccounts(
      all.filter((meta) => 'address' in meta),
      context,
    ))
  const [payer = ''] = message.keys
  return {
    chain: network.id,
    account: account.id,
    intents: steps.flatMap((step) => intentsOf(step, context, own)),
    fee: {
      asset: network.native.asset,
      max: maxFee(message.signers, instructions),
      payer,
      own: context.isOwn(payer),
    },
    claims,
    uses: [useOf(message)],
  }
}

function ownTokens(self: string): Context['ownToken'] {
  const known = new Map<string, string>()
  return (mint, program) => {
    const key = `${mint}:${program}`
    const address = known.get(key) ?? tokenAddress(self, mint, program)
    known.set(key, address)
    return address
  }
}

function intentsOf(
  { instruction, hidden }: Step,
  context: Context,
  own: () => ReadonlySet<string>,
): readonly Intent[] {
  const { program, data } = instruction
  // Its whole effect is the fee.
  if (program === COMPUTE_BUDGET) return []
  const found = programs.get(program)?.(data)
  const unread = () => call(instruction, hidden, found?.reader.name, context, own)
  // SECURITY: an instruction cannot be read without each of its accounts. Test: src/solana/explain.test.ts "an instruction with a hidden account is never read"
  if (hidden > 0) return [unread()]
  const meaning = found?.reader.read(instruction, found.offset, context)
  if (meaning === undefined) return [unread()]
  return 'kind' in meaning ? [meaning] : meaning
}

/** All that can be said of an instruction that was not read. */
function call(
  { program, accounts, data }: Instruction,
  hidden: number,
  name: string | undefined,
  { self }: Context,
  own: () => ReadonlySet<string>,
): Call {
  const given = new Set(accounts.map(({ address }) => address))
  const changes = accounts.some(({ writable }) => writable)
  return {
    kind: 'call',
    target: program,
    value: 0n,
    ...(name === undefined ? {} : { name }),
    dataLength: data.length,
    touches: changes ? [...given].filter((address) => own().has(address)) : [],
    signs: given.has(self),
    ...(hidden === 0 ? {} : { hidden }),
  }
}

/** How long it is valid, as the runtime decides it (`get_durable_nonce`). */
function useOf({
  instructions,
  keys,
  lifetime,
  signers,
  readonlySigners,
  readonlyOthers,
}: Message): Use {
  const [first] = instructions
  const [a, b, c, d] = first?.data ?? []
  const durable = keys[first?.program ?? 0] === SYSTEM && a === 4 && b === 0 && c === 0 && d === 0
  if (!first || !durable) return { kind: 'blockhash', blockhash: encodeAddress(lifetime) }
  const at = first.accounts[0] ?? keys.length
  const account = keys[at]
  const writable = at < signers ? at < signers - readonlySigners : at < keys.length - readonlyOthers
  // SECURITY: what one version of the runtime takes as valid for a minute, another takes as valid for ever. Test: src/solana/explain.test.ts "a first instruction that is nearly a durable nonce is refused: with more data"
  if (first.data.length !== 4 || account === undefined || !writable)
    throw new ChainError('not-valid', 'transaction.nonce', 'exactly an AdvanceNonceAccount')
  return { kind: 'durable-nonce', account, value: encodeAddress(lifetime) }
}
