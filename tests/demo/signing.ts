/** A signer over a link: effects are done in order, commits reach the disk before anything is said. */
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import {
  type Effect,
  type Event,
  type Hedged,
  type Outcome,
  type Phase,
  type WalletShare,
  decodeMessage,
  encodeMessage,
  openSigner,
  step,
} from '@tandem/protocol'
import type { Link } from './link.ts'

export type Signing = {
  tell(event: Event): void
  /** Takes messages until a session of this party ends. */
  next(): Promise<Outcome>
  close(): void
}

/** `path` is this party's journal of marks. */
export function signing(
  share: WalletShare,
  link: Link,
  hedged: Hedged,
  path: string,
  moved: (phase: Phase) => void,
): Signing {
  let signer = openSigner(share, link.peer.id)
  const journal = openSync(path, 'a', 0o600)
  const outcomes: Outcome[] = []

  function tell(event: Event): void {
    const after = step(signer, event, hedged)
    signer = after.signer
    for (const effect of after.effects) act(effect)
  }

  function act(effect: Effect): void {
    switch (effect.type) {
      case 'commit':
        writeSync(journal, `${JSON.stringify(effect.marks, asText)}\n`)
        fsyncSync(journal)
        tell({ type: 'committed', commit: effect.commit })
        break
      case 'send':
        link.send(encodeMessage(effect.message))
        break
      case 'phase':
        moved(effect.phase)
        break
      case 'outcome':
        outcomes.push(effect.outcome)
        break
      case 'destroy-ot':
        throw new Error('the OT setup was burned')
      case 'refused':
        throw new Error(`refused ${effect.kind}: ${effect.code}`)
    }
  }

  return {
    tell,
    async next() {
      for (;;) {
        const outcome = outcomes.shift()
        if (outcome) return outcome
        const { header, body } = await link.receive()
        tell({ type: 'message', message: decodeMessage(header, body) })
      }
    },
    close() {
      closeSync(journal)
    },
  }
}

/** Marks hold bytes and big integers; a journal line holds text. */
function asText(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value
}
