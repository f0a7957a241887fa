import type { Instruction, TokenAccount } from '../context.ts'
import { cursor, pubkey } from '../cursor.ts'
import { TOKEN, TOKEN_2022 } from '../program-ids.ts'

/** `AccountOwner` of SPL Token's `AuthorityType`. */
const OWNER = 2

export function isTokenProgram(program: string): boolean {
  return program === TOKEN || program === TOKEN_2022
}

/** The token account that an instruction makes of an empty account, whichever of the three it is. */
export function initialized({
  program,
  accounts,
  data,
}: Instruction): readonly [string, TokenAccount] | undefined {
  if (!isTokenProgram(program)) return undefined
  const [account, mint, third] = accounts
  if (!account || !mint) return undefined
  const tag = data[0]
  const count = tag === 1 ? 4 : tag === 16 ? 3 : tag === 18 ? 2 : undefined
  const length = tag === 1 ? 1 : 33
  if (accounts.length !== count || data.length !== length) return undefined
  const owner = tag === 1 ? third?.address : pubkey(cursor(data, 'instruction', 1))
  if (owner === undefined) return undefined
  return [account.address, { mint: mint.address, owner, program }]
}

/** The token account that an instruction gives to another owner. */
export function givenAway({ program, accounts, data }: Instruction): string | undefined {
  if (!isTokenProgram(program)) return undefined
  return data[0] === 6 && data[1] === OWNER ? accounts[0]?.address : undefined
}
