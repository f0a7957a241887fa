import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import solc from 'solc'
import type { Abi, Hex } from 'viem'
import * as z from 'zod'

export type Artifact = { readonly abi: Abi; readonly bytecode: Hex; readonly code: Hex }

const folder = fileURLToPath(new URL('contracts', import.meta.url))
const { resolve } = createRequire(import.meta.url)

const settings = {
  evmVersion: 'prague',
  optimizer: { enabled: true, runs: 200 },
  metadata: { bytecodeHash: 'none' },
  outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object', 'evm.deployedBytecode.object'] } },
}

/**
 * The test contracts, by name. Compiled once for each state of their sources, and kept in the
 * folder for temporary files.
 */
export function contracts(): (name: string) => Artifact {
  const artifacts = cached()
  return (name) => {
    const artifact = artifacts.get(name)
    if (!artifact) throw new RangeError(`no contract ${name}`)
    return artifact
  }
}

function cached(): ReadonlyMap<string, Artifact> {
  const sources = Object.fromEntries(
    readdirSync(folder).map((file) => [file, { content: read(join(folder, file)) }]),
  )
  const libraries = read(resolve('@openzeppelin/contracts/package.json'))
  const key = createHash('sha256')
    .update(JSON.stringify([sources, settings, libraries, solc.version()]))
    .digest('hex')
  const file = join(tmpdir(), `tandem-contracts-${key}.json`)
  if (existsSync(file)) return parse(read(file))

  const output = compile(sources)
  // Two test files may compile at once; each leaves a whole file.
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, output)
  renameSync(draft, file)
  return parse(output)
}

function compile(sources: Record<string, { content: string }>): string {
  const input = JSON.stringify({ language: 'Solidity', sources, settings })
  const find = (path: string) => ({ contents: read(resolve(path)) })
  const output: unknown = solc.compile(input, { import: find })
  return z.string().parse(output)
}

const Output = z.object({
  errors: z.array(z.object({ severity: z.string(), formattedMessage: z.string() })).default([]),
  contracts: z
    .record(
      z.string(),
      z.record(
        z.string(),
        z.object({
          abi: z.custom<Abi>((value) => Array.isArray(value)),
          evm: z.object({
            bytecode: z.object({ object: z.string() }),
            deployedBytecode: z.object({ object: z.string() }),
          }),
        }),
      ),
    )
    .default({}),
})

function parse(output: string): ReadonlyMap<string, Artifact> {
  const { errors, contracts } = Output.parse(JSON.parse(output))
  const failed = errors.find(({ severity }) => severity === 'error')
  if (failed) throw new Error(failed.formattedMessage)
  const all = new Map<string, Artifact>()
  for (const [file, ofFile] of Object.entries(contracts)) {
    if (file.startsWith('@')) continue
    for (const [name, { abi, evm }] of Object.entries(ofFile))
      all.set(name, {
        abi,
        bytecode: `0x${evm.bytecode.object}`,
        code: `0x${evm.deployedBytecode.object}`,
      })
  }
  return all
}

function read(path: string): string {
  return readFileSync(path, 'utf8')
}
