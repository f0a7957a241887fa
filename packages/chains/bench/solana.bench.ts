import { account } from '../src/account.ts'
import { network } from '../src/networks.ts'
import { solana, transactionPayload } from '../src/solana/index.ts'
import { associated } from '../test/solana/addresses.ts'
import { budget, memo } from '../test/solana/instructions.ts'
import { wire } from '../test/solana/message.ts'
import { key } from '../test/solana/svm.ts'
import { token } from '../test/solana/token.ts'
import { doubling, perSecond } from './requests.ts'

const chain = solana(network('solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp'))
const me = key('me')
const own = account(
  chain.network.id,
  0,
  chain.addresses(() => me.publicKey, 0),
)
const mint = key('mint').address
const blockhash = key('blockhash').address

/** A token transfer with a fee limit, as wallets build it. */
const transfer = () => ({
  chain,
  account: own,
  payload: transactionPayload(
    wire(me.address, blockhash, [
      budget.limit(60_000),
      budget.price(10_000n),
      token.transferChecked(
        associated(me.address, mint),
        mint,
        associated(key('you').address, mint),
        me.address,
        5n,
        6,
      ),
    ]),
  ),
})

/** A packet holds 1,232 bytes at most. */
const note = (size: number) => ({
  count: 300,
  chain,
  account: own,
  payload: transactionPayload(wire(me.address, blockhash, [memo('a'.repeat(size), me.address)])),
})

export const benches = [
  perSecond('chains.solana.transfer', transfer),
  doubling('chains.solana.doubling', note, 1_000),
]
