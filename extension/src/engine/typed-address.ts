import { ChainError, networks } from '@tandem/chains'
import type { TypedAddress } from '../messages/nodes.ts'
import type { Chains } from './chains.ts'

const nobody = [/^0x0{40}$/, /^1{32}$/]

/** An address that somebody typed: as the chain writes it, or what is wrong with it. */
export function typedAddress(chains: Chains, id: string, text: string): TypedAddress {
  try {
    const address = chains.chain(id).checkAddress(text)
    return nobody.some((form) => form.test(address)) ? { wrong: 'zero' } : { address }
  } catch (error) {
    if (!(error instanceof ChainError)) throw error
    const { family: own } = chains.chain(id).network
    const family = networks.find(
      (other) => other.family !== own && isAddress(chains, other.id, text),
    )?.family
    if (family) return { wrong: 'chain', family }
    if (error.code === 'wrong-chain') return { wrong: 'chain' }
    return { wrong: error.code === 'checksum' ? 'checksum' : 'not-valid' }
  }
}

function isAddress(chains: Chains, id: string, text: string): boolean {
  try {
    chains.chain(id).checkAddress(text)
    return true
  } catch (error) {
    if (error instanceof ChainError) return false
    throw error
  }
}
