import { ChainError, type Network, customNetwork, networks, show } from '@tandem/chains'
import * as z from 'zod'
import { ClientError } from '../errors.ts'
import { realMoneyOn } from './real-money.ts'

/** What a person says of a network that is in no list. */
export const OwnFacts = z.strictObject({
  name: z.string().min(1).max(64),
  symbol: z.string().min(1).max(11),
  /** Its coins are worth nothing. */
  test: z.boolean(),
})
export type OwnFacts = z.infer<typeof OwnFacts>

/** Whether a chain is in the list of this program, with facts that nobody changes. */
export const isListed = (id: string): boolean => networks.some((one) => one.id === id)

/**
 * A network that is in no list, from what a person says of it.
 *
 * @throws {ClientError} `unreadable`: it cannot be one.
 */
export function ownNetwork(id: string, { name, symbol, test }: OwnFacts): Network {
  // SECURITY: on other chains than Ethereum's kind, what is signed for one network can be valid on another. Test: test/networks.test.ts "a network of one's own has a chain id of its own, and nothing else will do: %s"
  if (!id.startsWith('eip155:')) refuse('expected a chain id such as eip155:1234')
  // SECURITY: money of a main network would leave without a limit. Test: test/networks.test.ts "a main network that is not listed is no test network"
  if (test && realMoneyOn(id) !== undefined) refuse(`${realMoneyOn(id)} is no test network`)
  requirePlain(name, 'its name')
  requirePlain(symbol, 'its symbol')
  const taken = networks.find((one) => bare(one.name) === bare(name))
  // SECURITY: two networks of one name are how one is taken for the other. Test: test/networks.test.ts "a name that is another network's, or does not look like what it is, is refused: %s"
  if (taken) refuse(`${taken.name} is another network's name`)
  try {
    return customNetwork({ id, name, symbol, test })
  } catch (error) {
    if (!(error instanceof ChainError)) throw error
    throw new ClientError('unreadable', `expected a chain id such as eip155:1234`, error)
  }
}

function requirePlain(text: string, what: string): void {
  const { hidden, confusable } = show(text)
  const isPlain = text === text.trim() && !hidden && !confusable && !/[\n\t]/.test(text)
  // SECURITY: a name that looks like another tells the person who approves something else. Test: test/networks.test.ts "a name that is another network's, or does not look like what it is, is refused: %s"
  if (!isPlain) refuse(`${what}: expected plain letters`)
}

const bare = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')

function refuse(what: string): never {
  throw new ClientError('unreadable', what)
}
