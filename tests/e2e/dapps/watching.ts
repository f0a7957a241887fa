/** A site that waits for blocks through the wallet, as ethers and viem do it. */
import { BrowserProvider, type Eip1193Provider } from 'ethers'
import { createPublicClient, custom } from 'viem'

/** What a test asks of the site. */
export type Dapp = Awaited<ReturnType<typeof start>>

type Announced = CustomEvent<{ provider: Eip1193Provider }>

async function start() {
  const injected = await new Promise<Eip1193Provider>((resolve) => {
    addEventListener('eip6963:announceProvider', (event) =>
      resolve((event as Announced).detail.provider),
    )
    dispatchEvent(new Event('eip6963:requestProvider'))
  })
  const asked: string[] = []
  const seen: Eip1193Provider = {
    request(request) {
      asked.push(request.method)
      return injected.request(request)
    },
  }
  const blocks = { ethers: 0, viem: 0 }
  const provider = new BrowserProvider(seen)
  provider.pollingInterval = 250
  await provider.on('block', () => (blocks.ethers += 1))
  const client = createPublicClient({ transport: custom(seen), pollingInterval: 250 })
  client.watchBlockNumber({ onBlockNumber: () => (blocks.viem += 1) })
  return { blocks: () => blocks, asked: () => asked }
}

Object.assign(globalThis, { start })
