import { parseChainId } from './caip.ts'
import { ChainError } from './error.ts'

export type Family = 'evm' | 'bitcoin' | 'solana'

/** One chain, as data. Custom ones are made with {@link customNetwork}. */
export type Network = {
  /** CAIP-2. */
  readonly id: string
  readonly family: Family
  readonly name: string
  /** Its coins are worth nothing. */
  readonly test: boolean
  readonly native: {
    /** CAIP-19. */
    readonly asset: string
    readonly symbol: string
    readonly decimals: number
  }
  /** Page of a transaction; `{id}` stands for its id. Absent: none is known. */
  readonly explorer?: string
  /** Bitcoin: what addresses begin with (BIP-173), and the coin type of their paths. */
  readonly bitcoin?: { readonly hrp: 'bc' | 'tb' | 'bcrt'; readonly coinType: 0 | 1 }
}

const families: Readonly<Record<string, Family>> = {
  eip155: 'evm',
  bip122: 'bitcoin',
  solana: 'solana',
}

/** Chain ids: ethereum-lists/chains; coin types: SLIP-44. */
const evm: readonly Network[] = [
  evmNetwork(1, 'Ethereum', 'ETH', 60, 'https://etherscan.io/tx/{id}'),
  evmNetwork(10, 'OP Mainnet', 'ETH', 60, 'https://optimistic.etherscan.io/tx/{id}'),
  evmNetwork(56, 'BNB Smart Chain', 'BNB', 714, 'https://bscscan.com/tx/{id}'),
  evmNetwork(100, 'Gnosis', 'xDAI', 700, 'https://gnosisscan.io/tx/{id}'),
  evmNetwork(137, 'Polygon', 'POL', 966, 'https://polygonscan.com/tx/{id}'),
  evmNetwork(8453, 'Base', 'ETH', 60, 'https://basescan.org/tx/{id}'),
  evmNetwork(42161, 'Arbitrum One', 'ETH', 60, 'https://arbiscan.io/tx/{id}'),
  evmNetwork(43114, 'Avalanche C-Chain', 'AVAX', 9005, 'https://snowtrace.io/tx/{id}'),
  evmNetwork(11155111, 'Sepolia', 'ETH', 60, 'https://sepolia.etherscan.io/tx/{id}', true),
  evmNetwork(84532, 'Base Sepolia', 'ETH', 60, 'https://sepolia.basescan.org/tx/{id}', true),
  evmNetwork(31337, 'Local Ethereum', 'ETH', 60, undefined, true),
]

/** References: the first 32 hex digits of the genesis block's hash (CAIP-4). */
const bitcoin: readonly Network[] = [
  bitcoinNetwork(
    '000000000019d6689c085ae165831e93',
    'Bitcoin',
    'bc',
    'https://mempool.space/tx/{id}',
  ),
  bitcoinNetwork(
    '00000000da84f2bafbbc53dee25a72ae',
    'Bitcoin Testnet 4',
    'tb',
    'https://mempool.space/testnet4/tx/{id}',
  ),
  bitcoinNetwork(
    '00000008819873e925422c1ff0f99f7c',
    'Bitcoin Signet',
    'tb',
    'https://mempool.space/signet/tx/{id}',
  ),
  bitcoinNetwork('0f9188f13cb7b2c71f2a335e3a4fc328', 'Local Bitcoin', 'bcrt'),
]

/** References: the first 32 characters of the genesis hash (CAIP-30). */
const solana: readonly Network[] = [
  solanaNetwork('5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp', 'Solana', false),
  solanaNetwork('EtWTRABZaYq6iMfeYKouRu166VU2xqa1', 'Solana Devnet', true),
  solanaNetwork('4uhcVJyU9pJkvQyS88uRDiswHXSCkY3z', 'Solana Testnet', true),
]

export const networks: readonly Network[] = [...evm, ...bitcoin, ...solana]

/** @throws {ChainError} `unsupported` */
export function network(id: string): Network {
  const known = networks.find((candidate) => candidate.id === id)
  if (!known) throw new ChainError('unsupported', 'chain', 'a network that is set up')
  return known
}

/**
 * A network that is not in the list: a private chain, a new layer 2, a local validator.
 *
 * @throws {ChainError} `not-valid` no CAIP-2 id of a family that is read here; `duplicate` a listed
 *   one, whose facts are not for the user to change.
 */
export function customNetwork(
  settings: Pick<Network, 'id' | 'name' | 'test' | 'explorer'> & {
    readonly symbol: string
    readonly decimals?: number
  },
): Network {
  const { id, name, test, explorer, symbol } = settings
  const { namespace, reference } = parseChainId(id)
  const family = families[namespace]
  if (!family) throw new ChainError('unsupported', 'chain', 'eip155, bip122 or solana')
  if (networks.some((known) => known.id === id))
    throw new ChainError('duplicate', 'chain', 'a chain that is not in the list')
  if (family === 'evm' && !isEvmReference(reference))
    throw new ChainError('not-valid', 'chain', 'eip155 and a chain id from 1 to 2^53 - 1')
  if (family === 'bitcoin')
    throw new ChainError('unsupported', 'chain', 'one of the listed Bitcoin networks')
  const coin = family === 'evm' ? 60 : 501
  const decimals = settings.decimals ?? (family === 'evm' ? 18 : 9)
  return {
    id,
    family,
    name,
    test,
    native: { asset: `${id}/slip44:${coin}`, symbol, decimals },
    ...(explorer === undefined ? {} : { explorer }),
  }
}

function isEvmReference(reference: string): boolean {
  return /^[1-9][0-9]{0,15}$/.test(reference) && Number.isSafeInteger(Number(reference))
}

function evmNetwork(
  chainId: number,
  name: string,
  symbol: string,
  coin: number,
  explorer?: string,
  test = false,
): Network {
  const id = `eip155:${chainId}`
  return {
    id,
    family: 'evm',
    name,
    test,
    native: { asset: `${id}/slip44:${coin}`, symbol, decimals: 18 },
    ...(explorer === undefined ? {} : { explorer }),
  }
}

function bitcoinNetwork(
  reference: string,
  name: string,
  hrp: 'bc' | 'tb' | 'bcrt',
  explorer?: string,
): Network {
  const id = `bip122:${reference}`
  const test = hrp !== 'bc'
  return {
    id,
    family: 'bitcoin',
    name,
    test,
    native: { asset: `${id}/slip44:0`, symbol: test ? 'tBTC' : 'BTC', decimals: 8 },
    bitcoin: { hrp, coinType: test ? 1 : 0 },
    ...(explorer === undefined ? {} : { explorer }),
  }
}

function solanaNetwork(reference: string, name: string, test: boolean): Network {
  const id = `solana:${reference}`
  const cluster = name === 'Solana' ? '' : `?cluster=${name.slice('Solana '.length).toLowerCase()}`
  return {
    id,
    family: 'solana',
    name,
    test,
    native: { asset: `${id}/slip44:501`, symbol: 'SOL', decimals: 9 },
    explorer: `https://explorer.solana.com/tx/{id}${cluster}`,
  }
}
