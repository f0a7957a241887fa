import { encodeAddress } from './address.ts'
import type { Context, Instruction, TokenAccount } from './context.ts'
import { SYSTEM } from './program-ids.ts'
import { associatedShape, isAssociated } from './programs/associated-token.ts'
import { givenAway, initialized, isTokenProgram } from './programs/token-accounts.ts'

/**
 * What a transaction says itself of the accounts that its instructions use: the runtime refuses the
 * whole of it where that is not so.
 */
export function openings(
  instructions: readonly Instruction[],
): Pick<Context, 'opened' | 'changed' | 'created'> {
  const opened = new Map<string, TokenAccount>()
  const changed = new Set<string>()
  const created = new Map<string, string>()
  const used = new Set<string>()
  let possible = true
  const proven = (instruction: Instruction) => {
    const named = associatedShape(instruction)
    // One wrong address fails the whole transaction, so nothing else has to be proven.
    if (named && possible) possible = isAssociated(named)
    // SECURITY: only by its address does an account prove its owner. Test: src/solana/programs/others.test.ts "with another wallet is not read"
    if (!possible) return undefined
    return named
  }
  for (const instruction of instructions) {
    const named = proven(instruction)
    if (named) {
      // SECURITY: an account that is opened after its first use was somebody else's until then. Test: src/solana/explain.test.ts "and is opened as associated account is of nobody before that"
      if (used.has(named[0]) && !opened.has(named[0])) changed.add(named[0])
      opened.set(...named)
    }
    const made = initialized(instruction)
    if (made) {
      opened.set(...made)
      // SECURITY: closed and made again, it was somebody else's or of another mint before. Test: src/solana/explain.test.ts "is proven to be of nobody"
      if (used.has(made[0])) {
        opened.delete(made[0])
        changed.add(made[0])
      }
    }
    if (isUse(instruction)) for (const { address } of instruction.accounts) used.add(address)
    const given = givenAway(instruction)
    if (given !== undefined) changed.add(given)
    const fresh = newAccount(instruction)
    if (fresh) created.set(...fresh)
  }
  return { opened, changed, created }
}

/** What makes an account, before it is one of a token: the system program, InitializeImmutableOwner. */
function isUse({ program, data }: Instruction): boolean {
  return program !== SYSTEM && !(isTokenProgram(program) && data[0] === 22)
}

/** CreateAccount and CreateAccountWithSeed: the data ends with the program. */
function newAccount({ program, accounts, data }: Instruction): [string, string] | undefined {
  const [tag, ...rest] = data.subarray(0, 4)
  const isCreate = (tag === 0 || tag === 3) && rest.length === 3 && rest.every((byte) => byte === 0)
  const address = accounts[1]?.address
  if (program !== SYSTEM || !isCreate || address === undefined || data.length < 52) return undefined
  return [address, encodeAddress(data.subarray(-32))]
}
