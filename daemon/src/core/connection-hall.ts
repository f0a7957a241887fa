import { show } from '@tandem/chains'
import type { Hall } from '../ports/transport.ts'
import { connection } from './connection.ts'
import { refuse } from './limits/refuse.ts'
import type { Pairing } from './pairing.ts'
import type { Parts } from './parts.ts'
import type { Wallets } from './wallets.ts'

/** Of what a caller says about itself. */
const MOST = 100

/** Where everybody arrives whom the transport lets in, and is heard of whom it does not. */
export function connectionHall(
  parts: Parts,
  registry: Wallets,
  codes: Pairing,
  fatal: (error: unknown) => void,
): Hall {
  return {
    fatal,
    welcome: (line, caller) => connection(parts, registry, codes, line, caller),
    turnedAway(code, said) {
      const message = show(said.slice(0, MOST)).text
      refuse(parts, undefined, { code, message }).catch(fatal)
    },
  }
}
