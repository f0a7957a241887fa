import { writeFileSync } from 'node:fs'

/** What the demo's co-signer allows, in a file. At most 1 ETH a day may leave. */
export function demoPolicy(path: string): string {
  const text = `version = 1
name = "demo"
change_after = "24h"

[[rules]]
rule = "acts"
name = "everyday"
decision = "allow"
acts = ["transfer", "own-transfer", "message", "sign-in", "routine", "open-account"]

[[rules]]
rule = "acts"
name = "lasting-rights"
decision = "needs-factor"
acts = ["approval", "unlimited-approval", "approve-all", "permit", "typed-data", "call"]

[[rules]]
rule = "limit"
name = "daily-eth"
assets = ["eip155:31337/slip44:60"]
per_window = "1000000000000000000"
window = "24h"
over = "deny"

[[rules]]
rule = "uncovered"
name = "other-assets"
over = "needs-factor"
except = ["solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1", "bip122:0f9188f13cb7b2c71f2a335e3a4fc328"]
`
  writeFileSync(path, text, { mode: 0o600 })
  return path
}
