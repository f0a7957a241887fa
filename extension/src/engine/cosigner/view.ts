import { bytesToHex } from '@noble/hashes/utils.js'
import type { CosignerView } from '../../messages/cosigner.ts'
import type { CosignerCode } from './error.ts'
import type { Wallet, Witness } from './kept.ts'
import type { Status } from './status.ts'

type Known = Pick<
  CosignerView,
  | 'budgets'
  | 'waiting'
  | 'passkeys'
  | 'inspected'
  | 'timing'
  | 'history'
  | 'policy'
  | 'burned'
  | 'breakerUntil'
>

/** Everything that a screen shows of the co-signer. */
export function viewOf({
  status,
  ours,
  theirs,
  wallet,
  theirEpoch,
  witness: { checkpoint },
  checkedAt,
  ...known
}: {
  readonly status: Status
  readonly ours: string
  readonly theirs: string | undefined
  readonly wallet: Wallet | undefined
  readonly theirEpoch: number | undefined
  readonly witness: Witness
  readonly checkedAt: number | undefined
} & { readonly [K in keyof Known]: Known[K] | undefined }): CosignerView {
  const first = wallet?.active.value.keys[0]
  const { history, policy, burned, breakerUntil, inspected } = known
  const generation = wallet?.active.epoch ?? 0
  return {
    address: 'address' in status ? status.address : '',
    word: wordOf(status),
    ...(status.state === 'fault' && { code: status.code }),
    version: { ours, ...(theirs !== undefined && { theirs }) },
    ...(status.state === 'ready' && { roundTripMs: status.roundTripMs }),
    ...(status.state === 'away' && { seenAt: status.since }),
    ...(checkpoint && {
      log: {
        length: checkpoint.length,
        at: Number(checkpoint.at),
        ...(checkedAt !== undefined && { checkedAt }),
      },
    }),
    ...(history && status.state === 'fault' && { history }),
    ...(policy && { policy }),
    budgets: known.budgets ?? [],
    waiting: known.waiting ?? [],
    ...(wallet &&
      first && {
        shares: {
          generation,
          since: wallet.since,
          wallet: bytesToHex(first.keyId.subarray(0, 4)),
          ...(theirEpoch !== undefined && theirEpoch !== generation && { theirs: theirEpoch }),
        },
      }),
    ...(burned && { burned }),
    ...(breakerUntil !== undefined && { breakerUntil }),
    ...(inspected && { inspected }),
    passkeys: known.passkeys ?? [],
    timing: known.timing ?? { signing: {}, last: [] },
  }
}

function wordOf(status: Status): CosignerView['word'] {
  if (status.state === 'away') return status.isLocked ? 'locked' : 'away'
  return status.state === 'fault' ? faultOf(status.code) : status.state
}

function faultOf(code: CosignerCode): CosignerView['word'] {
  if (code === 'version' || code === 'revoked' || code === 'replaced' || code === 'lost')
    return code
  if (code === 'rollback' || code === 'fork' || code === 'forged') return 'history'
  return 'misbehaved'
}
