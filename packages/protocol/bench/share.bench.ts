import { encodeShare } from '../src/share/codec.ts'
import { walletShare } from '../test/wallet.ts'

export const benches = [
  {
    name: 'protocol.share.bytes',
    unit: 'bytes',
    rounds: 1,
    /** What a 2-of-3 wallet signs with: all three keys and one peer, without backup and record. */
    run: () => encodeShare(walletShare('bench', 1, false)).length,
  },
]
