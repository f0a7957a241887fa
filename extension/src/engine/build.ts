import type { Account } from '@tandem/chains'
import * as bitcoin from '@tandem/chains/bitcoin'
import * as evm from '@tandem/chains/evm'
import * as solana from '@tandem/chains/solana'
import { type Build, EngineError } from '../messages/engine.ts'
import { bitcoinPsbt } from './build-bitcoin.ts'
import { solanaBatch, solanaSignIn, solanaTransaction } from './build-solana.ts'
import type { Chains } from './chains.ts'
import type { LookupTables } from './lookup-tables.ts'
import { limited } from './limited.ts'

/** An unsigned request that does what a site or a person wants. @throws {EngineError | ChainError | RpcError} */
export async function built(
  chains: Chains,
  tables: LookupTables,
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
    case 'evm': {
      const { fields, limit, tier } = what
      const given = limit === undefined ? fields : limited(fields, limit)
      return chains.evmClient(id).prepare(given, account, tier)
    }
    case 'instead':
      return chains.evmClient(id).replace(what.of, account, what.how)
    case 'bump': {
      const client = chains.bitcoinClient(id)
      const fee = what.rate ?? what.tier ?? 'fast'
      return client[what.how === 'faster' ? 'bump' : 'cancel'](what.id, account, fee)
    }
    case 'calls':
      return chains.evmClient(id).prepareCalls(what.calls, account)
    case 'typed-data':
      return evm.typedDataPayload(what.version, what.json)
    case 'message': {
      if (family === 'evm') return evm.messagePayload(what.bytes)
      if (family === 'solana') return readable(solana.messagePayload(what.bytes))
      const address = what.address ?? addressOf(account)
      return readable(bitcoin.messagePayload(address, what.bytes))
    }
    case 'payments':
      return chains.bitcoinClient(id).pay(what.recipients, account, what.rate ?? what.tier)
    case 'transaction':
      if (family === 'bitcoin') return bitcoinPsbt(chains.chain(id), account, what)
      if (family === 'solana') return readable(await solanaTransaction(tables, id, account, what))
      throw new EngineError('unsupported', 'an EVM transaction comes as fields')
    case 'transactions':
      return readable(await solanaBatch(tables, id, account, what.transactions))
    case 'off-chain-message': {
      const message = solana.offChainMessage(what.text, what.signers)
      return readable(solana.offChainMessagePayload(message))
    }
    case 'sign-in':
      return solanaSignIn(what.input)
  }

  /** What a site made and nobody can read is refused before anybody is asked. */
  function readable(payload: Uint8Array): Uint8Array {
    chains.chain(id).read(payload, account)
    return payload
  }
}

function addressOf({ addresses }: Account): string {
  const [first] = addresses
  if (!first) throw new EngineError('unsupported', 'an account without an address')
  return first.address
}
