import { hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import * as z from 'zod'
import type { Build } from '../../messages/engine.ts'
import { chainOf, connect, connectedTo } from '../connected.ts'
import { type Background, method } from '../method.ts'
import { ProviderError } from '../provider-error.ts'
import { sign } from '../signed.ts'
import { accountsOnEvm, chainNumber } from './evm-accounts.ts'
import { reads } from './evm-reads.ts'

const Address = z.string().regex(/^0x[0-9a-fA-F]{40}$/)
const hexOf = (bytes: Uint8Array): string =>
  `0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
const none = z.array(z.json()).max(1).optional()

/** `0x` and an even number of digits; anything else is text, as some sites send it. */
function messageOf(text: string): Uint8Array {
  return /^0x([0-9a-fA-F]{2})*$/.test(text) ? hexToBytes(text.slice(2)) : utf8ToBytes(text)
}

async function signature(
  what: Build,
  from: string,
  origin: string,
  background: Background,
): Promise<string> {
  const who = { origin, family: 'evm', address: from } as const
  const { signed } = await sign({ ...who, what, goesTo: 'site' }, background)
  if (signed.type !== 'signature') throw new Error('a message is answered with a signature')
  return hexOf(signed.signature)
}

const addressesOf = async (origin: string, background: Background): Promise<string[]> => {
  const connected = await connectedTo(origin, 'evm', background)
  return connected ? accountsOnEvm(connected) : []
}

/** EIP-1193 methods. What is not here is answered 4200. */
export const evmMethods = {
  ...reads,

  eth_requestAccounts: method({
    params: none,
    async run(_params, origin, background) {
      await connect(origin, 'evm', background)
      return addressesOf(origin, background)
    },
  }),

  eth_accounts: method({
    params: none,
    run: (_params, origin, background) => addressesOf(origin, background),
  }),

  eth_chainId: method({
    params: none,
    run: async (_params, origin) => chainNumber(await chainOf(origin, 'evm')),
  }),

  net_version: method({
    params: none,
    run: async (_params, origin) => BigInt(chainNumber(await chainOf(origin, 'evm'))).toString(),
  }),

  /** Text and account, in either order: some sites have it the other way round. */
  personal_sign: method({
    params: z.union([
      z.tuple([z.string(), Address]).rest(z.json()),
      z.tuple([Address, z.string()]).rest(z.json()),
    ]),
    async run([first, second], origin, background) {
      const isSwapped = Address.safeParse(first).success && !Address.safeParse(second).success
      const [text, from] = isSwapped ? [second, first] : [first, second]
      return signature({ kind: 'message', bytes: messageOf(text) }, from, origin, background)
    },
  }),

  eth_signTypedData_v4: method({
    params: z.tuple([Address, z.union([z.string(), z.record(z.string(), z.json())])]),
    run: ([from, data], origin, background) =>
      signature(
        {
          kind: 'typed-data',
          version: 'v4',
          json: typeof data === 'string' ? data : JSON.stringify(data),
        },
        from,
        origin,
        background,
      ),
  }),

  eth_sendTransaction: method({
    params: z.tuple([z.looseObject({ from: Address })]),
    async run([fields], origin, background) {
      const who = { origin, family: 'evm', address: fields.from } as const
      const { id } = await sign(
        { ...who, what: { kind: 'evm', fields }, goesTo: 'network' },
        background,
      )
      if (id === undefined) throw new ProviderError('transaction-rejected')
      return id
    },
  }),
}
