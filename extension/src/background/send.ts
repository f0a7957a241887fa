import type { Engine } from '../messages/engine.ts'

import type { Recipient, WalletCalls } from '../messages/wallet.ts'
import type { AskNode } from './ask-node.ts'
import type { Approvals } from './approvals/approvals.types.ts'
import { knownOn } from './known.ts'
import { accounts } from './state/accounts.ts'
import { tokens } from './state/assets.ts'
import { draft } from './state/draft.ts'
import { settings } from './state/settings.ts'

type Calls = Pick<WalletCalls, 'recipient' | 'feesOf' | 'send' | 'keepDraft'>

/** `decimals()`, which every ERC-20 token answers and no person's account does. */
const DECIMALS = '0x313ce567'

/** The person's own transfers. They are approved in the same window as a site's. */
export function send(engine: Engine, askNode: AskNode, approvals: () => Approvals): Calls {
  async function own(chain: string, address: string): Promise<string | undefined> {
    const { accounts: count } = await settings.get()
    const { named } = await accounts.get()
    const numbers = Array.from({ length: count }, (_, number) => number)
    const found = (await engine.accounts([chain], numbers)).find(({ addresses }) =>
      addresses.some((one) => one.address === address),
    )
    return found && (named[found.number] ?? String(found.number + 1))
  }

  async function isToken(chain: string, address: string): Promise<boolean> {
    const isIt = (asset: string) =>
      asset.startsWith(`${chain}/`) && asset.toLowerCase().endsWith(`:${address.toLowerCase()}`)
    if ((await tokens.get()).some(({ asset }) => isIt(asset))) return true
    if (!chain.startsWith('eip155:')) return false
    try {
      const answer = await askNode(chain, 'eth_call', [{ to: address, data: DECIMALS }, 'latest'])
      return (
        typeof answer === 'object' &&
        answer !== null &&
        'result' in answer &&
        typeof answer.result === 'string' &&
        /^0x0{62}[0-9a-f]{2}$/.test(answer.result)
      )
    } catch {
      // A node that does not answer says nothing of it.
      return false
    }
  }

  return {
    async recipient(chain, asset, text): Promise<Recipient> {
      const typed = await engine.address(chain, text)
      if (!('address' in typed)) return typed
      const { address } = typed
      const known = await knownOn(chain)
      const contact = known.contacts.find((one) => one.address === address)
      const isPaid = known.paid.some((one) => one.address === address)
      if (contact) return { address, known: { as: 'contact', name: contact.name }, isPaid }
      const mine = await own(chain, address)
      if (mine !== undefined) return { address, known: { as: 'own', name: mine }, isPaid }
      const isContract =
        asset.toLowerCase().endsWith(`:${address.toLowerCase()}`) ||
        (!isPaid && (await isToken(chain, address)))
      return isContract ? { wrong: 'token' } : { address, isPaid }
    },

    async keepDraft(written) {
      await draft.change(() => written)
    },

    feesOf: (chain, asset) => engine.plainFees(chain, asset),

    async send({ chain, account, ...transfer }) {
      const build = { kind: 'transfer', ...transfer } as const
      const payload = await engine.build(chain, account, build)
      const question = {
        kind: 'sign',
        chain,
        account,
        payload,
        build,
        goesTo: 'network',
      } as const
      // What becomes of it is seen in its window, and in the activity.
      void approvals()
        .ask(undefined, question)
        .catch(() => undefined)
    },
  }
}
