import { encodeAddress } from './address.ts'
import type { Context, Instruction, TokenAccount } from './context.ts'
import { SYSTEM } from './program-ids.ts'
import { associatedShape, isAssociated } from './programs/associated-token.ts'
import { givenAway, initialized } from './programs/token-accounts.ts'

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
    const [address, token] = proven(instruction) ?? initialized(instruction) ?? []
    if (address !== undefined && token) {
      // Closed and opened again: it is two accounts in one transaction.
      if (opened.has(address) && !isSame(opened.get(address), token)) changed.add(address)
      opened.set(address, token)
    }
    const given = givenAway(instruction)
    if (given !== undefined) changed.add(given)
    const fresh = newAccount(instruction)
    if (fresh) created.set(...fresh)
  }
  return { opened, changed, created }
}

function isSame(a: TokenAccount | undefined, b: TokenAccount): boolean {
  return a?.mint === b.mint && a.owner === b.owner && a.program === b.program
}

/** CreateAccount and CreateAccountWithSeed: the data ends with the program. */
function newAccount({ program, accounts, data }: Instruction): [string, string] | undefined {
  const [tag, ...rest] = data.subarray(0, 4)
  const isCreate = (tag === 0 || tag === 3) && rest.length === 3 && rest.every((byte) => byte === 0)
  const address = accounts[1]?.address
  if (program !== SYSTEM || !isCreate || address === undefined || data.length < 52) return undefined
  return [address, encodeAddress(data.subarray(-32))]
}
