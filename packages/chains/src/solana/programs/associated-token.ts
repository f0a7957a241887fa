import type { Context, Instruction, TokenAccount } from '../context.ts'
import { RENT, SYSTEM, TOKEN, TOKEN_2022, ASSOCIATED_TOKEN } from '../program-ids.ts'
import { isTokenAddress } from '../program-address.ts'
import { type Meaning, type Program, type Reader, nothing, reader } from '../reader.ts'

/** SPL Associated Token Account, `AssociatedTokenAccountInstruction`. */
export const associatedToken: Program = (data) => {
  // No data at all is the oldest form of Create.
  const found = readers[data[0] ?? 0]
  return found && { reader: found, offset: Math.min(1, data.length) }
}

const readers: readonly Reader[] = [
  { name: 'Create', read: open },
  { name: 'CreateIdempotent', read: open },
  reader(
    'RecoverNested',
    7,
    nothing,
    ([nested, mint, to, holder, holderMint, wallet, program], _, context) => {
      const ours =
        wallet.signer &&
        context.isOwn(wallet.address) &&
        isTokenAddress(holder.address, wallet.address, holderMint.address, program.address) &&
        isTokenAddress(nested.address, holder.address, mint.address, program.address) &&
        isTokenAddress(to.address, wallet.address, mint.address, program.address)
      // What was out of reach arrives in this wallet, and the deposit with it.
      return ours
        ? {
            kind: 'routine',
            program: ASSOCIATED_TOKEN,
            name: 'RecoverNested',
            address: nested.address,
          }
        : undefined
    },
  ),
]

function open(instruction: Instruction, _: number, { opened, isOwn }: Context): Meaning {
  const [payer] = instruction.accounts
  const [address, token] = associatedShape(instruction) ?? []
  const proven = address === undefined ? undefined : opened.get(address)
  if (address === undefined || !token || !proven || !payer?.signer) return undefined
  const { owner, mint, program } = token
  if (proven.owner !== owner || proven.mint !== mint || proven.program !== program) return undefined
  return {
    kind: 'open-account',
    address,
    payer: payer.address,
    program,
    token: { owner, mint, ownerOwn: isOwn(owner) },
  }
}

/** Whether the account can be only what the instruction says; the program itself asks the same. */
export function isAssociated([address, token]: readonly [string, TokenAccount]): boolean {
  const { owner, mint, program } = token
  return isTokenAddress(address, owner, mint, program)
}

/** The token account that an instruction opens, or finds open, by its accounts. */
export function associatedShape({
  program,
  accounts,
  data,
}: Instruction): readonly [string, TokenAccount] | undefined {
  if (program !== ASSOCIATED_TOKEN || data.length > 1 || (data[0] ?? 0) > 1) return undefined
  const [, account, owner, mint, system, by, rent] = accounts
  const complete = accounts.length === 6 || (accounts.length === 7 && rent?.address === RENT)
  if (!complete || !account || !owner || !mint || system?.address !== SYSTEM) return undefined
  if (by?.address !== TOKEN && by?.address !== TOKEN_2022) return undefined
  return [account.address, { owner: owner.address, mint: mint.address, program: by.address }]
}
