import type { Intent } from '../../intent.ts'
import type { AccountMeta } from '../accounts.ts'
import type { Context } from '../context.ts'
import { type Reader, nothing, numbered, reader, unread } from '../reader.ts'

/** solana-loader-v3-interface, `UpgradeableLoaderInstruction`. */
export const upgradeableLoader = numbered(4, {
  0: unread('InitializeBuffer'),
  1: unread('Write'),
  2: unread('DeployWithMaxDataLen'),
  3: reader('Upgrade', 7, nothing, ([, target, buffer, , , , authority]) =>
    authority.signer
      ? { kind: 'upgrade', target: target.address, implementation: buffer.address }
      : undefined,
  ),
  4: {
    name: 'SetAuthority',
    read(instruction, offset, context) {
      const [account, from, to] = instruction.accounts
      return reader(
        'SetAuthority',
        to ? 3 : 2,
        nothing,
        () => account && from && setAuthority(context, account, from, to),
      ).read(instruction, offset, context)
    },
  },
  5: {
    name: 'Close',
    read(instruction, offset, context) {
      const [account, to, authority, program] = instruction.accounts
      const { length } = instruction.accounts
      if (!account || !to || !authority?.signer || length > 4) return undefined
      return reader('Close', length, nothing, () => [
        // Only the code of a program needs the program, which then never runs again.
        ...endOf(program, authority),
        {
          kind: 'close-account',
          address: account.address,
          to: to.address,
          toOwn: context.isOwn(to.address),
        },
      ]).read(instruction, offset, context)
    },
  },
  6: unread('ExtendProgram'),
  7: handOver('SetAuthorityChecked'),
  8: unread('Migrate'),
  9: unread('ExtendProgramChecked'),
})

/** solana-loader-v4-interface, `LoaderV4Instruction`. */
export const loader4 = numbered(4, {
  0: unread('Write'),
  1: unread('Copy'),
  2: unread('SetProgramLength'),
  3: unread('Deploy'),
  4: unread('Retract'),
  5: handOver('TransferAuthority'),
  6: unread('Finalize'),
})

function handOver(name: string): Reader {
  return reader(name, 3, nothing, ([account, from, to], _, context) =>
    to.signer ? setAuthority(context, account, from, to) : undefined,
  )
}

function endOf(program: AccountMeta | undefined, { address: from }: AccountMeta): Intent[] {
  if (!program) return []
  const { address } = program
  return [{ kind: 'set-authority', address, authority: 'upgrade', from, toOwn: false }]
}

function setAuthority(
  { isOwn }: Context,
  account: AccountMeta,
  from: AccountMeta,
  to: AccountMeta | undefined,
): Intent | undefined {
  if (!from.signer) return undefined
  return {
    kind: 'set-authority',
    address: account.address,
    authority: 'upgrade',
    from: from.address,
    ...(to ? { to: to.address } : {}),
    toOwn: to !== undefined && isOwn(to.address),
  }
}
