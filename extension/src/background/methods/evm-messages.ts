import { keccak_256 } from '@noble/hashes/sha3.js'
import { hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import * as z from 'zod'
import type { Build } from '../../messages/engine.ts'
import { type Background, method } from '../method.ts'
import { sign } from '../signed.ts'
import { Address, hexOf } from './evm-values.ts'

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

const typedData = (version: 'v3' | 'v4') =>
  method({
    params: z.tuple([Address, z.union([z.string(), z.record(z.string(), z.json())])]),
    run([from, data], origin, background) {
      const json = typeof data === 'string' ? data : JSON.stringify(data)
      return signature({ kind: 'typed-data', version, json }, from, origin, background)
    },
  })

export const evmMessages = {
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

  eth_signTypedData_v3: typedData('v3'),
  eth_signTypedData_v4: typedData('v4'),

  /** Says who signed a message: nothing in it is the wallet's. */
  personal_ecRecover: method({
    params: z.tuple([z.string(), z.string().regex(/^0x[0-9a-fA-F]{130}$/)]).rest(z.json()),
    run: ([text, signed], _origin, { engine }) =>
      engine.signerOf(messageOf(text), hexToBytes(signed.slice(2))),
  }),

  web3_sha3: method({
    params: z.tuple([z.string().regex(/^0x([0-9a-fA-F]{2})*$/)]),
    run: async ([data]) => hexOf(keccak_256(hexToBytes(data.slice(2)))),
  }),
}
