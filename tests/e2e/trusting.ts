import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { policyFile } from '../daemon/policies.ts'
import { type World, startWorld } from './world.ts'

const RULES = `
[[rules]]
rule = "acts"
name = "sites"
decision = "allow"
acts = ["own-transfer", "foreign-transfer", "approval", "sign-in", "typed-data", "claimed", "empty"]
`

/** A world whose co-signer signs, without a second factor, what these tests ask of it. */
export async function startTrusting(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-policy-'))
  try {
    const policy = policyFile(folder, 'trusting', RULES)
    return await startWorld({ init: ['--sealing', 'key-file', '--policy', policy] })
  } finally {
    rmSync(folder, { recursive: true })
  }
}
