import { ed25519 } from '@noble/curves/ed25519.js'
import { nobleRistretto } from '../src/core/ristretto.ts'
import type { PartyId } from '../src/party.ts'
import type { WalletShare } from '../src/share/share.ts'
import { testRng } from '../src/testing.ts'
import { deal } from './deal.ts'

/** A whole 2-of-3 wallet share without a ceremony; its OT setup and record are only bytes. */
export function walletShare(seed: string, me: PartyId = 1, backup = true): WalletShare {
  const rng = testRng(seed)
  const holders = [1, 2, 3]
  const peer = 3 - me
  return {
    epoch: 4,
    t: 2,
    me,
    holders,
    devices: [1, 2].map((id) => ({
      id,
      identityPk: ed25519.getPublicKey(rng(`identity/${id}`, 32)),
    })),
    keys: ([1, 2, 3] as const).map((suite) => deal(suite, seed, { holders }).get(me)!),
    peers: [
      {
        id: peer,
        zsSeed: rng('zs', 32),
        ot: {
          otNo: 1,
          asReceiver: { k0: rng('k0', 4096), k1: rng('k1', 4096) },
          asSender: { delta: rng('delta', 16), k: rng('k', 4096) },
        },
      },
    ],
    backup: backup
      ? {
          publicKey: nobleRistretto.timesBase(nobleRistretto.reduce(rng('backup', 64))),
          ciphertexts: new Map([
            [1, rng('ct/1', 500)],
            [2, rng('ct/2', 700)],
          ]),
        }
      : undefined,
    record: backup ? rng('record', 300) : new Uint8Array(0),
  }
}
