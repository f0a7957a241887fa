import { psbtPayload } from '../src/bitcoin/payloads.ts'
import { account, chain, psbtOf, scriptOfOurs } from '../src/bitcoin/testing.ts'
import { doubling, perSecond } from './requests.ts'

const payee = Uint8Array.from([0, 20, ...new Uint8Array(20).fill(7)])

/** A payment with change, from one coin of each address type. */
const payment = () => ({
  chain,
  account,
  payload: psbtPayload(
    psbtOf(
      [
        { script: scriptOfOurs('p2wpkh'), amount: 100_000n, proven: true },
        { script: scriptOfOurs('p2tr'), amount: 200_000n },
      ],
      [
        { script: payee, amount: 150_000n },
        { script: scriptOfOurs('p2tr', 0, true), amount: 149_000n },
      ],
    ),
  ),
})

const sweep = (coins: number) => ({
  chain,
  account,
  payload: psbtPayload(
    psbtOf(
      Array.from({ length: coins }, (_, salt) => ({
        script: scriptOfOurs(salt % 2 === 0 ? 'p2wpkh' : 'p2tr'),
        amount: 10_000n,
        proven: true,
        salt,
      })),
      [{ script: payee, amount: BigInt(coins) * 10_000n - 100_000n }],
    ),
  ),
})

export const benches = [
  perSecond('chains.bitcoin.payment', payment),
  // As many coins as fit into the largest payload.
  doubling('chains.bitcoin.doubling', sweep, 2_048),
]
