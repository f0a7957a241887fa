import { network } from '@tandem/chains'
import { bitcoin } from '@tandem/chains/bitcoin'
import { scriptOfAddress } from '../../packages/chains/test/bitcoin/scripts.ts'
import { startAnvil } from '../../packages/chains/test/evm/anvil.ts'
import { wire } from '../../packages/chains/test/solana/message.ts'
import { key, svm } from '../../packages/chains/test/solana/svm.ts'
import { system } from '../../packages/chains/test/solana/system.ts'
import { esplora } from '../chains/bitcoin/esplora.ts'
import { solanaNode } from '../chains/solana/rpc.ts'
import type { Payees } from './shop.ts'

const DEVNET = 'EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG'
const regtest = 'bip122:0f9188f13cb7b2c71f2a335e3a4fc328'

/** The demo's three chains: anvil, the Solana virtual machine, and a Bitcoin of this process. */
export async function startChains() {
  const anvil = await startAnvil()
  const vm = svm()
  const solana = await solanaNode(vm, DEVNET)
  const blocks = await esplora()
  const ids = {
    evm: `eip155:${anvil.chainId}`,
    solana: `solana:${DEVNET.slice(0, 32)}`,
    bitcoin: regtest,
  } as const
  const payees: Payees = {
    evm: `0x${'12'.repeat(20)}`,
    solana: key(DEVNET).address,
    bitcoin: bitcoin(network(regtest)).checkAddress('bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080'),
  }
  return {
    ids,
    payees,
    nodes: { [ids.evm]: anvil.url, [ids.solana]: solana.url, [ids.bitcoin]: blocks.url },
    /** By which somebody pays the shop half a SOL. */
    payment: (from: string) =>
      wire(from, vm.blockhash(), [system.transfer(from, payees.solana, 500_000_000n)], {}),
    /** Gives to a wallet, in base units. */
    async fund(to: Payees): Promise<void> {
      await anvil.setBalances(10n * 10n ** 18n, [to.evm])
      vm.airdrop(to.solana, 2n * 10n ** 9n)
      blocks.chain.fund(scriptOfAddress(to.bitcoin), 1_000_000n)
      blocks.chain.mine()
    },
    async mine(): Promise<void> {
      await anvil.mine()
      blocks.chain.mine()
    },
    /** What the shop has. */
    async received(): Promise<Readonly<Record<keyof Payees, bigint>>> {
      const wei = await anvil.rpc('eth_getBalance', payees.evm, 'latest')
      return {
        evm: BigInt(String(wei)),
        solana: vm.account(payees.solana)?.lamports ?? 0n,
        bitcoin: blocks.chain
          .unspent(scriptOfAddress(payees.bitcoin))
          .reduce((sum, { amount }) => sum + amount, 0n),
      }
    },
    async close(): Promise<void> {
      await anvil.stop()
      await solana.close()
      await blocks.close()
    },
  }
}
