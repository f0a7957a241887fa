import { COSIGNER, type WalletShare, wipe } from '@tandem/protocol'

/** Zeros in the place of a share that is of no use any more. */
export function wipeShare(share: WalletShare): void {
  wipe(...share.keys.map(({ secret }) => secret), ...share.peers.map(({ zsSeed }) => zsSeed))
  wipeSetup(share)
}

/** Zeros in the place of its OT setup: another one is in use. */
export function wipeSetup({ peers }: WalletShare): void {
  const ot = peers.find(({ id }) => id === COSIGNER)?.ot
  if (ot) wipe(ot.asReceiver.k0, ot.asReceiver.k1, ot.asSender.delta, ot.asSender.k)
}
