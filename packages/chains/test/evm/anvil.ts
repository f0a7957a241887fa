import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { type Hex, encodeDeployData, getAddress } from 'viem'
import * as z from 'zod'
import type { Artifact } from './compile.ts'

/** A chain of its own in a child process, on a free port of the loopback interface. */
export type Anvil = {
  readonly url: string
  readonly chainId: number
  /** @throws {RpcFailure} */
  rpc(method: string, ...params: readonly unknown[]): Promise<unknown>
  /** Many calls in few HTTP requests; answers in order. */
  batch(calls: readonly Call[]): Promise<Outcome[]>
  /** Puts contracts on the chain from an account whose key nobody has. @returns the address */
  deploy(artifact: Artifact, ...args: readonly unknown[]): Promise<Hex>
  /** Sends as `from` without a signature, and mines. @throws when it reverts */
  act(from: string, to: string, data: Hex, value?: bigint): Promise<void>
  setBalances(wei: bigint, addresses: readonly string[]): Promise<void>
  mine(): Promise<void>
  stop(): Promise<void>
}

export type Call = { readonly method: string; readonly params: readonly unknown[] }
export type Outcome =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly message: string }

export class RpcFailure extends Error {
  override readonly name = 'RpcFailure'
}

const DEPLOYER = '0x00000000000000000000000000000000deadbeef'
/** A test that is killed takes its chain along. */
const UNTIL_STDIN_ENDS = '"$0" "$@" & read -r _; kill $!; wait'
const CALLS_IN_REQUEST = 250

/** @param args more of anvil's own, for instance `--no-mining`. */
export async function startAnvil(chainId = 31337, args: readonly string[] = []): Promise<Anvil> {
  const anvil = ['--port', '0', '--chain-id', `${chainId}`, '--accounts', '0', ...args]
  const child = spawn('sh', ['-c', UNTIL_STDIN_ENDS, binary(), '--hardfork', 'osaka', ...anvil], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const url = await listening(child)

  const batch: Anvil['batch'] = async (calls) => {
    const outcomes: Outcome[] = []
    for (let start = 0; start < calls.length; start += CALLS_IN_REQUEST)
      outcomes.push(...(await exchange(url, calls.slice(start, start + CALLS_IN_REQUEST))))
    return outcomes
  }
  const rpc: Anvil['rpc'] = async (method, ...params) => {
    const [outcome] = await batch([{ method, params }])
    if (!outcome?.ok) throw new RpcFailure(`${method}: ${outcome?.message ?? 'no answer'}`)
    return outcome.result
  }
  const send = async (transaction: Readonly<Record<string, unknown>>) => {
    const hash = await rpc('eth_sendTransaction', { gas: '0xf00000', ...transaction })
    await rpc('anvil_mine')
    const receipt = Receipt.parse(await rpc('eth_getTransactionReceipt', hash))
    if (receipt.status !== '0x1') throw new RpcFailure(`reverted: ${JSON.stringify(transaction)}`)
    return receipt
  }

  await rpc('anvil_autoImpersonateAccount', true)
  await rpc('anvil_setBalance', DEPLOYER, `0x${(10n ** 24n).toString(16)}`)
  return {
    url,
    chainId,
    rpc,
    batch,
    async deploy({ abi, bytecode }, ...deployArgs) {
      const data = encodeDeployData({ abi, bytecode, args: deployArgs })
      const { contractAddress } = await send({ from: DEPLOYER, data })
      return getAddress(contractAddress ?? '')
    },
    async act(from, to, data, value = 0n) {
      await send({ from, to, data, value: `0x${value.toString(16)}` })
    },
    async setBalances(wei, addresses) {
      const value = `0x${wei.toString(16)}`
      await batch(
        addresses.map((address) => ({ method: 'anvil_setBalance', params: [address, value] })),
      )
    },
    async mine() {
      await rpc('anvil_mine')
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = once(child, 'exit')
      child.stdin.end()
      await gone
    },
  }
}

const Receipt = z.object({ status: z.string(), contractAddress: z.string().nullish() })

const Answers = z.array(
  z.object({
    id: z.number(),
    result: z.unknown().optional(),
    error: z.object({ message: z.string() }).optional(),
  }),
)

async function exchange(url: string, calls: readonly Call[]): Promise<Outcome[]> {
  const body = JSON.stringify(calls.map((call, id) => ({ jsonrpc: '2.0', id, ...call })))
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body })
  const byId = new Map(Answers.parse(await response.json()).map((answer) => [answer.id, answer]))
  return calls.map((_, id) => {
    const answer = byId.get(id)
    if (!answer) return { ok: false, message: 'no answer' }
    if (answer.error) return { ok: false, message: answer.error.message }
    return { ok: true, result: answer.result }
  })
}

/** The platform's own binary: a script around it would be a second process to stop. */
function binary(): string {
  const anvil = createRequire(import.meta.url).resolve('@foundry-rs/anvil/package.json')
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch
  return createRequire(anvil).resolve(
    `@foundry-rs/anvil-${process.platform}-${architecture}/bin/anvil`,
  )
}

async function listening({ stdout }: { readonly stdout: Readable }): Promise<string> {
  for await (const line of createInterface(stdout)) {
    const [, address] = /^Listening on (\S+)/.exec(line) ?? []
    if (address === undefined) continue
    // What it prints later must not fill the pipe.
    stdout.resume()
    return `http://${address}`
  }
  throw new Error('anvil ended before it listened')
}
