/** Requests as sites send them, for tests of what a policy says: real payloads, read by the chains. */
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { ed25519 } from '@noble/curves/ed25519.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { Transaction } from '@scure/btc-signer'
import {
  type Chain,
  ED25519,
  type Explanation,
  type Suite,
  account as accountOf,
  network,
} from '@tandem/chains'
import { bitcoin, normalizePsbt, psbtPayload } from '@tandem/chains/bitcoin'
import {
  authorizationPayload,
  evm,
  messagePayload,
  serializeUnsigned,
  transactionPayload,
  typedDataPayload,
} from '@tandem/chains/evm'
import * as sol from '@tandem/chains/solana'

const secret = new Uint8Array(32).fill(7)
const keyAt = (suite: Suite) =>
  suite === ED25519 ? ed25519.getPublicKey(secret) : secp256k1.getPublicKey(secret)

const ethereum = evm(network('eip155:1'))
const mainnet = bitcoin(network('bip122:000000000019d6689c085ae165831e93'))
const solana = sol.solana(network('solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp'))

function accountOn(chain: Chain) {
  return accountOf(chain.network.id, 0, chain.addresses(keyAt, 0, 2))
}

export const self = accountOn(ethereum).addresses[0]?.address ?? ''
export const solSelf = accountOn(solana).addresses[0]?.address ?? ''
const read = (chain: Chain, payload: Uint8Array): Explanation =>
  chain.read(payload, accountOn(chain)).explain()

export const USDC = '0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48'
export const friend = `0x${'12'.repeat(20)}`
export const MAX = (1n << 256n) - 1n

/** A call as ABI says it, of static arguments. */
export function callData(signature: string, ...args: readonly (bigint | string)[]): Uint8Array {
  const words = args.map((arg) => (typeof arg === 'bigint' ? arg : BigInt(arg)))
  return concatBytes(
    keccak_256(utf8ToBytes(signature)).subarray(0, 4),
    ...words.map((word) => hexToBytes(word.toString(16).padStart(64, '0'))),
  )
}

export type Sent = {
  readonly to?: string
  readonly value?: bigint
  readonly data?: Uint8Array
  readonly gasPrice?: bigint
  readonly gas?: bigint
}

const GWEI = 10n ** 9n

/** An EIP-1559 transaction; without `to`, of a new contract. */
export function transaction(sent: Sent): Explanation {
  const { to, value = 0n, data = new Uint8Array(0), gasPrice = 20n * GWEI, gas = 100_000n } = sent
  const unsigned = serializeUnsigned({
    type: 2,
    chainId: 1n,
    nonce: 0n,
    gasLimit: gas,
    maxFeePerGas: gasPrice,
    maxPriorityFeePerGas: 1n,
    accessList: [],
    ...(to !== undefined && { to }),
    value,
    data,
  })
  return read(ethereum, transactionPayload(unsigned))
}

export const message = (bytes: Uint8Array): Explanation => read(ethereum, messagePayload(bytes))
export const text = (words: string): Explanation => message(utf8ToBytes(words))

export const authorization = (address: string): Explanation =>
  read(ethereum, authorizationPayload({ chainId: 1n, address, nonce: 0n }))

type Types = Readonly<Record<string, readonly { readonly name: string; readonly type: string }[]>>

export type Typed = {
  readonly types: Types
  readonly primaryType: string
  readonly contract: string
  readonly message: object
  readonly chainId?: number
}

/** EIP-712, in a domain of a chain and a contract. */
export function typedData({ types, contract, chainId = 1, ...rest }: Typed): Explanation {
  const domain = [
    { name: 'chainId', type: 'uint256' },
    { name: 'verifyingContract', type: 'address' },
  ]
  const document = {
    types: { EIP712Domain: domain, ...types },
    domain: { chainId, verifyingContract: contract },
    ...rest,
  }
  return read(ethereum, typedDataPayload('v4', JSON.stringify(document)))
}

const fields = (list: string) =>
  list.split(',').map((field) => {
    const [type = '', name = ''] = field.trim().split(' ')
    return { name, type }
  })

export const permit = (value: bigint, contract = USDC): Explanation =>
  typedData({
    types: {
      Permit: fields(
        'address owner, address spender, uint256 value, uint256 nonce, uint256 deadline',
      ),
    },
    primaryType: 'Permit',
    contract,
    message: {
      owner: self,
      spender: friend,
      value: `${value}`,
      nonce: '0',
      deadline: '9999999999',
    },
  })

export const permit2 = (amount: bigint): Explanation =>
  typedData({
    types: {
      PermitSingle: fields('PermitDetails details, address spender, uint256 sigDeadline'),
      PermitDetails: fields('address token, uint160 amount, uint48 expiration, uint48 nonce'),
    },
    primaryType: 'PermitSingle',
    contract: '0x000000000022d473030f116ddee9f6b43ac78ba3',
    message: {
      details: { token: USDC, amount: `${amount}`, expiration: '1999999999', nonce: '0' },
      spender: friend,
      sigDeadline: '1999999999',
    },
  })

export const safeTransaction = (operation: 0 | 1): Explanation =>
  typedData({
    types: {
      SafeTx: fields(
        'address to, uint256 value, bytes data, uint8 operation, uint256 safeTxGas, uint256 baseGas, uint256 gasPrice, address gasToken, address refundReceiver, uint256 nonce',
      ),
    },
    primaryType: 'SafeTx',
    contract: `0x${'5a'.repeat(20)}`,
    message: {
      to: friend,
      value: '1',
      data: operation === 1 ? '0x12345678' : '0x',
      operation,
      safeTxGas: '0',
      baseGas: '0',
      gasPrice: '0',
      gasToken: `0x${'00'.repeat(20)}`,
      refundReceiver: `0x${'00'.repeat(20)}`,
      nonce: '0',
    },
  })

export type Coin = {
  readonly amount: bigint
  readonly foreign?: boolean
  readonly sighash?: number
}

/** P2WPKH */
const scriptOf = (hash: Uint8Array) => concatBytes(Uint8Array.of(0, 20), hash)

/** A PSBT that spends P2TR coins of ours, and of others. */
export function payment(coins: readonly Coin[], pays: readonly bigint[], change = 0n): Explanation {
  const own = accountOn(mainnet).addresses.find(({ type }) => type === 'p2tr')
  const ours = hexToBytes(own?.key ?? '')
  const theirs = scriptOf(new Uint8Array(20).fill(9))
  const made = new Transaction({ allowLegacyWitnessUtxo: true })
  for (const [index, { amount, foreign = false, sighash }] of coins.entries())
    made.addInput({
      txid: new Uint8Array(32).fill(index + 1),
      index: 0,
      witnessUtxo: { script: foreign ? theirs : ours, amount },
      ...(sighash !== undefined && { sighashType: sighash }),
    })
  for (const amount of pays) made.addOutput({ script: theirs, amount })
  if (change > 0n) made.addOutput({ script: ours, amount: change })
  return read(mainnet, psbtPayload(normalizePsbt(made.toPSBT(0))))
}

/** A PSBT of which nobody says how much it spends. */
export function blindPayment(): Explanation {
  const made = new Transaction()
  made.addInput({ txid: new Uint8Array(32).fill(1), index: 0 })
  made.addOutput({ script: scriptOf(new Uint8Array(20).fill(9)), amount: 1n })
  return read(mainnet, psbtPayload(normalizePsbt(made.toPSBT(0))))
}

export const SYSTEM = '11111111111111111111111111111111'
export const addressOf = (fill: number): string => sol.encodeAddress(new Uint8Array(32).fill(fill))

export type Instruction = {
  readonly program: string
  /** Numbers of {@link solanaTransaction}'s accounts. */
  readonly accounts: readonly number[]
  readonly data: Uint8Array
}

/** A transaction of us alone, who pay and sign; `others` are written, then come the programs. */
export function solanaTransaction(
  others: readonly string[],
  instructions: readonly Instruction[],
  table?: { readonly address: string; readonly says: readonly string[] },
): Explanation {
  const programs = [...new Set(instructions.map(({ program }) => program))]
  const keys = [solSelf, ...others, ...programs]
  const body = instructions.map(({ program, accounts, data }) =>
    concatBytes(
      Uint8Array.of(keys.indexOf(program), accounts.length, ...accounts, data.length),
      data,
    ),
  )
  const lookup = table
    ? concatBytes(Uint8Array.of(1), sol.decodeAddress(table.address), Uint8Array.of(1, 0, 0))
    : Uint8Array.of(0)
  const wire = concatBytes(
    Uint8Array.of(1),
    new Uint8Array(64),
    Uint8Array.of(0x80, 1, 0, programs.length, keys.length),
    ...keys.map((key) => sol.decodeAddress(key)),
    new Uint8Array(32).fill(3),
    Uint8Array.of(instructions.length),
    ...body,
    lookup,
  )
  const said =
    table && table.says.length > 0 ? [{ address: table.address, addresses: table.says }] : []
  return read(solana, sol.transactionPayload(wire, said))
}

export function lamports(tag: number, amount: bigint): Uint8Array {
  const data = new Uint8Array(12)
  const view = new DataView(data.buffer)
  view.setUint32(0, tag, true)
  view.setBigUint64(4, amount, true)
  return data
}
