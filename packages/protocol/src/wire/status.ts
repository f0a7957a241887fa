/** Where a side stands with a wallet, to and from the form in which it travels. */
import { equalBytes } from '../core/bytes.ts'
import { NO_EPOCHS } from '../dkg/activation.ts'
import { type EpochNames, type Standing, standing } from '../dkg/standing.ts'
import type { Hello, Receipt, WalletStatus } from './hello.ts'

/** `keyId` names the wallet: the one of its first suite. */
export function statusOf(
  keyId: Uint8Array,
  { ot, ...epochs }: Standing,
  receipt?: Receipt,
): WalletStatus {
  return {
    keyId,
    ...present(epochs),
    ...(ot && { ot: present(ot) }),
    ...(receipt && { receipt }),
  }
}

/** Where the peer stands with a wallet. One that it does not name is one it has nothing of. */
export function standingIn({ wallets }: Pick<Hello, 'wallets'>, keyId: Uint8Array): Standing {
  const status = wallets.find((wallet) => equalBytes(wallet.keyId, keyId))
  if (!status) return standing(NO_EPOCHS, undefined)
  return { ...both(status), ot: status.ot && both(status.ot) }
}

type Travelling = Pick<WalletStatus, 'active' | 'prepared'>

const present = ({ active, prepared }: EpochNames): Travelling => ({
  ...(active && { active }),
  ...(prepared && { prepared }),
})

const both = ({ active, prepared }: Travelling): EpochNames => ({ active, prepared })
