import type { Engine } from '../messages/engine.ts'
import { type Token, placeOf, shownChains } from '../messages/stored.ts'
import type { WalletCalls } from '../messages/wallet.ts'
import type { AskNode } from './ask-node.ts'
import { codeOf } from './code-of.ts'
import { mintDecimals } from './solana-mint.ts'
import { holdings, tokens } from './state/assets.ts'
import { settings } from './state/settings.ts'

type Calls = Pick<WalletCalls, 'refresh' | 'tokenAt' | 'keepToken' | 'forgetToken'>

/** What the accounts hold. A node that does not answer changes no amount: it only says since when. */
export function walletHoldings(engine: Engine, askNode: AskNode, now: () => number): Calls {
  async function refreshOne(chain: string, account: number): Promise<void> {
    const wanted = (await tokens.get())
      .filter(({ asset }) => asset.startsWith(`${chain}/`))
      .map(({ asset }) => asset)
    const place = placeOf(chain, account)
    try {
      const amounts = await engine.balances(chain, account, wanted)
      await holdings.change((all) => ({ ...all, [place]: { at: now(), amounts } }))
    } catch (error) {
      await holdings.change((all) => ({
        ...all,
        [place]: { amounts: [], ...all[place], trouble: codeOf(error) },
      }))
    }
  }

  return {
    async refresh(account) {
      const { nodes, ...rest } = await settings.get()
      const chains = shownChains({ nodes, ...rest }).filter((chain) => nodes[chain] !== undefined)
      await Promise.all(chains.map((chain) => refreshOne(chain, account)))
    },

    async tokenAt(chain, address) {
      const typed = await engine.address(chain, address)
      if (!('address' in typed)) return undefined
      const { address: at } = typed
      if (chain.startsWith('solana:')) {
        const decimals = await mintDecimals(askNode, chain, at)
        // A mint has no name: its person gives it one.
        return decimals === undefined
          ? undefined
          : { asset: `${chain}/token:${at}`, symbol: '', decimals }
      }
      if (!chain.startsWith('eip155:')) return undefined
      const { held: _, ...token } = await engine.token(chain, 0, at)
      return token
    },

    async keepToken(token) {
      await tokens.change((all) => [...without(all, token.asset), token])
    },

    async forgetToken(asset) {
      await tokens.change((all) => without(all, asset))
    },
  }
}

const without = (all: readonly Token[], asset: string): Token[] =>
  all.filter((one) => one.asset !== asset)
