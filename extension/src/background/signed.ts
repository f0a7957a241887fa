import type { Build } from '../messages/engine.ts'
import type { Family } from '../messages/page-channel.ts'
import type { Answer } from './approvals/approvals.types.ts'
import { accountWith } from './connected.ts'
import type { Background } from './method.ts'

/** What a site wants signed, and with which of its accounts. */
export type Wanted = {
  readonly origin: string
  readonly family: Family
  /** Absent: its first one. */
  readonly address?: string
  readonly what: Build
  /** Whether it gets the result, or the network does. */
  readonly goesTo: 'site' | 'network'
  /** Throws where it must not be asked. Not called for one that was asked before. */
  readonly check?: () => Promise<void>
}

/** Builds it, asks, and signs. @throws {ProviderError} */
export async function sign(
  { origin, family, address, what, goesTo, check }: Wanted,
  background: Background,
): Promise<Extract<Answer, { kind: 'sign' }>> {
  const { chain, account } = await accountWith(address, origin, family, background)
  const make = async () => {
    await check?.()
    const payload = await background.engine.build(chain, account.number, what)
    const common = { kind: 'sign', chain, account: account.number } as const
    return { ...common, payload, build: what, goesTo }
  }
  const answer = await background.approvals.ask(origin, { kind: 'sign', make })
  if (answer.kind !== 'sign') throw new Error('a signature is answered as one')
  return answer
}
