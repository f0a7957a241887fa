import type { Account } from '../account.ts'
import type { ChainClient } from '../client.ts'
import { ChainError } from '../error.ts'
import { RpcError } from '../rpc-error.ts'
import type { Network } from '../networks.ts'
import type { Node } from '../node.ts'
import { encodePayload } from '../payload.ts'
import { checkAddress, isP2tr, scriptOf } from './address.ts'
import { type Coin, prove, spendable } from './client-coins.ts'
import { dustLimit } from './client-dust.ts'
import { esplora } from './client-esplora.ts'
import { type Fee, feeRates, rateFor } from './client-fees.ts'
import { unsignedPsbt } from './client-psbt.ts'
import { replacement } from './client-replace.ts'
import { type Selection, select } from './client-select.ts'

/** Somebody who is paid. */
export type Recipient = { readonly to: string; readonly amount: bigint }

/** A Bitcoin node, through Esplora's HTTP interface. A rate of one's own is refused as `fee-too-low` or `fee-too-high`. */
export interface BitcoinClient extends ChainClient {
  /** One transaction that pays several, each in an output of their own. */
  pay(recipients: readonly Recipient[], account: Account, fee: Fee): Promise<Uint8Array>

  /**
   * The same payment at a higher fee (BIP-125). Its change pays, and coins are added where that is
   * not enough. A tier that is below what nodes ask for it is raised; a rate of one's own is not.
   *
   * @throws {RpcError} `rejected`: it cannot be replaced; `insufficient-funds`.
   */
  bump(id: string, account: Account, fee: Fee): Promise<Uint8Array>

  /** Spends the same coins at a higher fee, all to the account's own change. */
  cancel(id: string, account: Account, fee: Fee): Promise<Uint8Array>
}

/** @throws {ChainError} `unsupported`: no Bitcoin network. */
export function bitcoinClient(network: Network, door: Node): BitcoinClient {
  const { bitcoin } = network
  if (!bitcoin) throw new ChainError('unsupported', 'chain', 'a Bitcoin network')
  const { hrp } = bitcoin
  const node = esplora(door)

  async function toPayload({ coins, outputs }: Selection): Promise<Uint8Array> {
    return encodePayload('psbt', unsignedPsbt(await prove(node, coins), outputs))
  }

  /** The first change address that nothing was sent to; in the manner of the payee's, so that an onlooker cannot tell them apart. */
  async function unusedChange(account: Account, like?: Uint8Array): Promise<string> {
    const type = like && isP2tr(like) ? 'p2tr' : 'p2wpkh'
    const candidates = account.addresses.filter((own) => own.change && own.type === type)
    for (const { address } of candidates) if (!(await node.isUsed(address))) return address
    const last = candidates.at(-1)
    if (!last) throw new RangeError('an account has change addresses')
    return last.address
  }

  async function pay(recipients: readonly Recipient[], account: Account, fee: Fee) {
    const outputs = recipients.map(({ to, amount }) => {
      const script = scriptOf(checkAddress(to, hrp))
      checkDust(amount, script)
      return { script, amount }
    })
    if (outputs.length === 0) throw new ChainError('missing', 'recipients', 'at least one')
    const [coins, rate] = await Promise.all([spendable(node, account), rateFor(node, fee)])
    const rest = await unusedChange(account, outputs[0]?.script)
    return toPayload(select(network, coins, { outputs, rest, rate }))
  }

  async function replace(id: string, account: Account, fee: Fee, keep: boolean) {
    const [old, wanted, coins] = await Promise.all([
      replacement(node, id, account),
      rateFor(node, fee),
      spendable(node, account),
    ])
    const outputs = keep ? old.outputs : []
    const wish = {
      outputs,
      rest: old.change ?? (await unusedChange(account, outputs[0]?.script)),
      required: old.coins,
    }
    // BIP-125, rules 2 and 4: nothing new that waits itself, and each virtual byte is paid again.
    const confirmed = coins.filter((coin) => coin.confirmed)
    const isOwn = typeof fee === 'bigint'
    for (let rate = isOwn ? wanted : larger(wanted, old.rate + 1n); ;) {
      const selection = select(network, confirmed, { ...wish, rate })
      const isEnough = rate > old.rate && selection.fee >= old.fee + selection.size
      if (isEnough) return toPayload(selection)
      // SECURITY: a fee that somebody chose is not raised behind their back. Test: tests/chains/bitcoin-client.test.ts "is bumped and cancelled at a rate of one's own, or not at all"
      if (isOwn) throw new RpcError('fee-too-low', `/tx/${id}`, 'it replaces nothing')
      rate = larger(rate, old.fee / selection.size) + 1n
    }
  }

  return {
    network,

    async check() {
      const genesis = await node.genesis()
      if (`bip122:${genesis.slice(0, 32)}` !== network.id)
        throw new RpcError('wrong-chain', '/block-height/0', `block 0 is ${genesis}`)
    },

    async balances(account, assets = []) {
      const coins = await spendable(node, account)
      const amount = coins.reduce((sum, coin) => sum + coin.amount, 0n)
      const native = network.native.asset
      return [
        { asset: native, amount },
        // Other assets on Bitcoin have no words here.
        ...assets.map((asset) => ({ asset, amount: asset === native ? amount : 0n })),
      ]
    },

    async fees() {
      const { slow, normal, fast } = await feeRates(node)
      return {
        slow: { satPerVbyte: slow },
        normal: { satPerVbyte: normal },
        fast: { satPerVbyte: fast },
      }
    },

    async build(draft, account) {
      if (draft.asset !== network.native.asset)
        throw new ChainError('unsupported', 'draft.asset', network.native.asset)
      if (draft.amount !== 'max')
        return pay([{ to: draft.to, amount: draft.amount }], account, draft.rate ?? draft.tier)
      const to = checkAddress(draft.to, hrp)
      const fee = draft.rate ?? draft.tier
      const [coins, rate] = await Promise.all([spendable(node, account), rateFor(node, fee)])
      return toPayload(sweep(coins, to, scriptOf(to), rate))
    },

    pay,

    bump: async (id, account, fee) => replace(id, account, fee, true),
    cancel: async (id, account, fee) => replace(id, account, fee, false),

    async submit(signed) {
      let given
      try {
        given = await node.send(signed.raw)
      } catch (error) {
        // A node refuses what it has already, each in its own words.
        if (!(error instanceof RpcError) || error.code !== 'rejected') throw error
        if (!(await node.find(signed.id))) throw error
        return signed.id
      }
      if (given !== signed.id) throw new RpcError('bad-reply', '/tx', 'another id')
      return given
    },

    async status(id) {
      const found = await node.find(id)
      if (!found) return { state: 'unknown' }
      if (found.height === undefined) return { state: 'pending' }
      const tip = await node.height()
      const confirmations = larger(1n, tip - found.height + 1n)
      return { state: 'confirmed', block: found.height, confirmations }
    },
  }

  function sweep(coins: readonly Coin[], to: string, script: Uint8Array, rate: bigint): Selection {
    const selection = select(network, coins, { outputs: [], rest: to, all: true, rate })
    const [only] = selection.outputs
    if (!only || only.amount < dustLimit(script))
      throw new RpcError('insufficient-funds', 'build', 'nothing is left after the fee')
    return selection
  }
}

function checkDust(amount: bigint, script: Uint8Array): void {
  const least = dustLimit(script)
  if (amount < least) throw new ChainError('limit', 'draft.amount', `at least ${least} satoshi`)
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}
