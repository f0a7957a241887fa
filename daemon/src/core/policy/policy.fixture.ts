import type { Explanation, Intent } from '@tandem/chains'
import { warnings } from '@tandem/chains'
import { documentPolicy } from './document-policy.ts'
import { parseDocument } from './document.ts'
import type { Asked, Verdict } from './policy.ts'

export const self = '0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F'
export const friend = '0xAb5801a7D398351b8bE11C439e05C5B3259aeC9B'
export const eth = 'eip155:1/slip44:60'
export const token = 'eip155:1/erc20:0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48'
export const at = new Date('2026-06-01T12:00:00Z')

export const transfer = (amount: bigint, asset = eth, to = friend): Intent => ({
  kind: 'transfer',
  asset,
  amount,
  from: self,
  to,
  fromOwn: true,
  toOwn: to === self,
})

export const approve = (amount: bigint | 'unlimited', asset = token): Intent => ({
  kind: 'approve',
  asset,
  owner: self,
  spender: friend,
  amount,
  change: 'set',
  by: 'call',
})

export const call = (value = 0n, selector = '0x12345678'): Intent => ({
  kind: 'call',
  target: friend,
  value,
  selector,
  dataLength: 4,
})

export function explanation(
  intents: readonly Intent[],
  more: Partial<Explanation> = {},
): Explanation {
  return { chain: 'eip155:1', account: `eip155:1:${self}`, intents, claims: [], uses: [], ...more }
}

export function asked(explained: Explanation, more: Partial<Asked> = {}): Asked {
  return {
    wallet: 'aa',
    explanation: explained,
    warnings: warnings(explained),
    replaces: false,
    shown: [],
    enrolled: ['operator'],
    at,
    ...more,
  }
}

/** Judges by some rules; `used` of every asset, and only in windows that were named before. */
export function judge(rules: readonly object[], question: Asked, used = 0n): Verdict {
  const document = parseDocument({ version: 1, name: 'test', change_after: '24h', rules })
  const policy = documentPolicy(document)
  const nameOf = (asset: string, since: Date) => `${asset}@${since.getTime()}`
  const named = new Set(policy.windows(question).map(({ asset, since }) => nameOf(asset, since)))
  return policy.evaluate(question, (asset, since) => {
    if (!named.has(nameOf(asset, since))) throw new Error('a window without a name')
    return used
  })
}
