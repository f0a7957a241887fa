/** A site that uses the wallet through ethers. */
import { BrowserProvider, type Eip1193Provider } from 'ethers'

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
  const provider = new BrowserProvider(injected, 'any')
  const named = async (work: () => Promise<unknown>) => {
    try {
      return { ok: await work() }
    } catch (error) {
      return { code: (error as { code: string }).code }
    }
  }
  return {
    connect: async () => (await provider.getSigner()).address,
    sign: (text: string) => named(async () => (await provider.getSigner()).signMessage(text)),
    signTyped: async (text: string) =>
      (await provider.getSigner()).signTypedData(
        { name: 'Site', chainId: 31_337 },
        { Note: [{ name: 'text', type: 'string' }] },
        { text },
      ),
    async send(to: string, value: string) {
      const signer = await provider.getSigner()
      const sent = await signer.sendTransaction({ to, value: BigInt(value) })
      return (await sent.wait())?.status
    },
    balance: async (of: string) => (await provider.getBalance(of)).toString(),
    chain: async () => (await provider.getNetwork()).chainId.toString(),
  }
}

Object.assign(globalThis, { start })
