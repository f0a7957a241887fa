import { type WalletShare, wipe } from '@tandem/protocol'

/** Wipes the secrets of a share that is out of use. */
export function wipeShare({ keys, peers }: WalletShare): void {
  wipe(...keys.map(({ secret }) => secret))
  for (const { zsSeed, ot } of peers)
    wipe(zsSeed, ot.asReceiver.k0, ot.asReceiver.k1, ot.asSender.delta, ot.asSender.k)
}
