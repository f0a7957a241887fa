/** Policies and transfers of tests with a daemon process. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { network } from '@tandem/chains'
import { evm, serializeUnsigned, transactionPayload } from '@tandem/chains/evm'

export const chain = evm(network('eip155:31337'))
export const asset = chain.network.native.asset
const FEE = 21_000n

/** A policy file that allows transfers, with more rules as TOML. @returns its path. */
export function policyFile(
  home: string,
  name: string,
  rules: string,
  { changeAfter = '24h', decision = 'allow' } = {},
): string {
  const path = join(home, `${name}.toml`)
  const text = `version = 1
name = "${name}"
change_after = "${changeAfter}"

[[rules]]
rule = "acts"
name = "pay"
decision = "${decision}"
acts = ["transfer", "message"]
${rules}`
  writeFileSync(path, text, { mode: 0o600 })
  return path
}

export const limitRule = (perWindow: bigint, over: 'deny' | 'needs-factor' = 'deny', more = '') => `
[[rules]]
rule = "limit"
name = "limit-${over}"
assets = ["${asset}"]
per_window = "${perWindow}"
window = "24h"
over = "${over}"
${more}`

/** A transfer by which this much leaves, its fee included. */
export const spending = (leaves: bigint, nonce: number): Uint8Array =>
  transactionPayload(
    serializeUnsigned({
      type: 2,
      chainId: 31337n,
      nonce: BigInt(nonce),
      gasLimit: FEE,
      maxFeePerGas: 1n,
      maxPriorityFeePerGas: 1n,
      accessList: [],
      to: `0x${'12'.repeat(20)}`,
      value: leaves - FEE,
      data: new Uint8Array(0),
    }),
  )

export const id = (value: number): Uint8Array => {
  const bytes = new Uint8Array(16).fill(1)
  new DataView(bytes.buffer).setUint32(0, value)
  return bytes
}
