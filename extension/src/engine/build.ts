import { type Account, decodePayload } from '@tandem/chains'
import * as bitcoin from '@tandem/chains/bitcoin'
import * as evm from '@tandem/chains/evm'
import * as solana from '@tandem/chains/solana'
import { type Build, EngineError } from '../messages/engine.ts'
import type { Chains } from './chains.ts'

/** An unsigned request that does what a site or a person wants. @throws {EngineError | ChainError | RpcError} */
export async function built(
  chains: Chains,
  id: string,
  account: Account,
  what: Build,
): Promise<Uint8Array> {
  const { family } = chains.chain(id).network
  switch (what.kind) {
    case 'transfer': {
      const { kind: _, ...draft } = what
      return chains.client(id).build(draft, account)
    }
    case 'evm':
      return chains.evmClient(id).prepare(what.fields, account, what.tier)
    case 'instead':
      return chains.evmClient(id).replace(what.of, account, what.how)
    case 'bump': {
      const client = chains.bitcoinClient(id)
      return client[what.how === 'faster' ? 'bump' : 'cancel'](what.id, account, 'fast')
    }
    case 'calls': {
      const client = chains.evmClient(id)
      const first = await client.nonce(addressOf(account))
      const prepared = what.calls.map(async (fields, step) => {
        const nonce = `0x${(first + BigInt(step)).toString(16)}`
        return decodePayload(await client.prepare({ ...fields, nonce }, account)).parts
      })
      return evm.batchPayload((await Promise.all(prepared)).flat())
    }
    case 'typed-data':
      return evm.typedDataPayload(what.version, what.json)
    case 'message': {
      if (family === 'evm') return evm.messagePayload(what.bytes)
      if (family === 'solana') return solana.messagePayload(what.bytes)
      const address = what.address ?? account.addresses[0]?.address ?? ''
      return bitcoin.messagePayload(address, what.bytes)
    }
    case 'transaction':
      if (family === 'bitcoin') return bitcoin.psbtPayload(what.bytes)
      if (family === 'solana') return solana.transactionPayload(what.bytes)
      throw new EngineError('unsupported', 'an EVM transaction comes as fields')
  }
}

function addressOf({ addresses }: Account): string {
  const [first] = addresses
  if (!first) throw new EngineError('unsupported', 'an account without an address')
  return first.address
}
