/** A site that uses the wallet through wagmi, as most sites do. */
import {
  connect,
  createConfig,
  disconnect,
  getConnection,
  sendCalls,
  sendTransaction,
  signMessage,
  signTypedData,
  switchChain,
  unstable_connector,
  injected,
  waitForCallsStatus,
  watchConnection,
} from '@wagmi/core'
import { defineChain } from 'viem'

const chainOf = (id: number, name: string, url: string) =>
  defineChain({
    id,
    name,
    nativeCurrency: { name, symbol: 'HZL', decimals: 18 },
    rpcUrls: { default: { http: [url] } },
  })

/** What a test asks of the site. */
export type Dapp = Awaited<ReturnType<typeof start>>

async function start(local: string, hazel: string) {
  const transport = unstable_connector(injected)
  const config = createConfig({
    chains: [chainOf(31_337, 'Local Ethereum', local), chainOf(31_338, 'Hazel Chain', hazel)],
    transports: { 31_337: transport, 31_338: transport },
    storage: null,
  })
  const statuses: string[] = []
  watchConnection(config, { onChange: ({ status }) => statuses.push(status) })
  const ours = () => {
    const found = config.connectors.find(({ id }) => id === 'invalid.tandem')
    if (!found) throw new Error('the wallet was not announced')
    return found
  }

  return {
    statuses: () => statuses,
    async connect() {
      const { accounts, chainId } = await connect(config, { connector: ours() })
      return { accounts, chainId }
    },
    where: () => {
      const { address, chainId, status } = getConnection(config)
      return { address, chainId, status }
    },
    sign: (message: string) => signMessage(config, { message }),
    signTyped: (text: string) =>
      signTypedData(config, {
        domain: { name: 'Site', chainId: 31_337 },
        types: { Note: [{ name: 'text', type: 'string' }] },
        primaryType: 'Note',
        message: { text },
      }),
    send: (to: `0x${string}`, value: string) =>
      sendTransaction(config, { to, value: BigInt(value) }),
    async sendBoth(to: `0x${string}`, value: string) {
      const call = { to, value: BigInt(value) }
      const { id } = await sendCalls(config, { calls: [call, call] })
      const { status, receipts } = await waitForCallsStatus(config, { id, pollingInterval: 50 })
      return { status, receipts: receipts?.length }
    },
    async switchTo(chainId: 31_337 | 31_338) {
      await switchChain(config, { chainId })
      return getConnection(config).chainId
    },
    disconnect: () => disconnect(config),
  }
}

Object.assign(globalThis, { start })
