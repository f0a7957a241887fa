import { type EstimatorOpts, selectUTXO } from '@scure/btc-signer/utxo.js'
import { hex } from '@scure/base'
import type { Network } from '../networks.ts'
import { RpcError } from '../rpc-error.ts'
import { scriptOf } from './address.ts'
import type { Coin } from './client-coins.ts'
import type { Output } from './client-psbt.ts'

/** Coins to spend and outputs to make, in BIP-69's order. */
export type Selection = {
  readonly coins: readonly Coin[]
  readonly outputs: readonly Output[]
  readonly fee: bigint
  /** Virtual bytes, at most. */
  readonly size: bigint
}

export type Wish = {
  /** Without change. */
  readonly outputs: readonly Output[]
  /** Where the rest goes. */
  readonly rest: string
  /** Every coin is spent, and `rest` gets what is left. */
  readonly all?: boolean
  /** Coins that are spent in any case. */
  readonly required?: readonly Coin[]
  /** Satoshi for each virtual byte. */
  readonly rate: bigint
}

/** What nodes pass on has room for about 1,400 inputs. */
const MAX_COINS = 1_000

/**
 * Chooses coins with @scure/btc-signer: the fewest that suffice, or a set that needs no change.
 * Coins that cost more than they bring are left out, and all but the {@link MAX_COINS} largest.
 *
 * @throws {RpcError} `insufficient-funds`
 */
export function select(network: Network, coins: readonly Coin[], wish: Wish): Selection {
  const { outputs, rest, all = false, required = [], rate } = wish
  const largest = coins.toSorted((a, b) => (a.amount < b.amount ? 1 : -1)).slice(0, MAX_COINS)
  const given = [...largest, ...required]
  const chosen = selectUTXO(
    largest.map(toInput),
    [...outputs],
    all ? 'all' : 'exactBiggest/accumBiggest',
    {
      feePerByte: rate,
      changeAddress: rest,
      alwaysChange: all,
      requiredInputs: required.map(toInput),
      network: addressNetwork(network),
      allowUnknownOutputs: true,
      bip69: true,
      createTx: false,
      // The scripts are those of our addresses.
      disableScriptCheck: true,
    } satisfies EstimatorOpts,
  )
  // Without outputs all of it would be the fee.
  if (!chosen || chosen.fee === undefined || chosen.outputs.length === 0)
    throw insufficient(given, outputs)
  const byOutpoint = new Map(given.map((coin) => [`${coin.txid}:${coin.vout}`, coin]))
  return {
    coins: chosen.inputs.flatMap(({ txid, index }) => {
      const coin = txid && byOutpoint.get(`${hex.encode(txid)}:${index}`)
      return coin ? [coin] : []
    }),
    outputs: chosen.outputs.map((output) => ({
      amount: output.amount,
      script: 'script' in output ? output.script : scriptOf(output.address),
    })),
    fee: chosen.fee,
    size: BigInt(Math.ceil(chosen.weight / 4)),
  }
}

function toInput({ txid, vout, amount, script, own }: Coin) {
  return {
    txid: hex.decode(txid),
    index: vout,
    witnessUtxo: { amount, script },
    // The size of what will unlock it: a key of 32 bytes without a script tree (BIP-86).
    ...(own.type === 'p2tr' ? { tapInternalKey: own.publicKey.subarray(1) } : {}),
  }
}

/** What the library knows a network by. It only measures addresses with it. */
function addressNetwork({ bitcoin }: Network) {
  const main = bitcoin?.hrp === 'bc'
  return {
    bech32: bitcoin?.hrp ?? '',
    pubKeyHash: main ? 0x00 : 0x6f,
    scriptHash: main ? 0x05 : 0xc4,
    wif: main ? 0x80 : 0xef,
  }
}

function insufficient(coins: readonly Coin[], outputs: readonly Output[]): RpcError {
  const sum = (all: readonly { readonly amount: bigint }[]): bigint =>
    all.reduce((total, { amount }) => total + amount, 0n)
  const detail = `${sum(coins)} satoshi of ${sum(outputs)} and the fee`
  return new RpcError('insufficient-funds', 'build', detail)
}
