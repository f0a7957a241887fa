import { networks } from '@tandem/chains'
import type { ActKind } from './act.ts'
import { defaultLimits } from './default-limits.ts'
import { type Document, type Written, parseDocument } from './document.ts'

type Rules = Written['rules']

/**
 * What a person may do without being asked twice: pay and use sites within daily amounts. What
 * gives a lasting right, or cannot be taken back, asks for a second factor; what gives control away
 * asks on the co-signer's own side. What nobody can read is refused.
 */
export function defaultDocument(): Document {
  return parseDocument(written('default', ['call'], []))
}

/** The same, and nothing that could not be read in full. */
export function strictDocument(): Document {
  return parseDocument(
    written('strict', [], ['call', 'typed-data', 'near-sign-in', 'safe-refund', 'claimed']),
  )
}

/** @param unread what is allowed although nobody read it; @param never what is denied besides */
function written(name: string, unread: readonly ActKind[], never: readonly ActKind[]): Written {
  const open = (kinds: readonly ActKind[]) => kinds.filter((kind) => !never.includes(kind))
  const asked: Rules = [
    ask('unlimited-approvals', open(['unlimited-approval', 'approve-all'])),
    ask('permits', open(['permit', 'signed-transfer'])),
    ask('unread-messages', open(['typed-data', 'near-sign-in'])),
    ask('unproven', open(['claimed'])),
    ask(
      'open-ended',
      open(['durable-nonce', 'order-for-nothing', 'close-elsewhere', 'safe-refund']),
    ),
  ]
  return {
    version: 1,
    name,
    change_after: '24h',
    rules: [
      {
        rule: 'acts',
        name: 'never',
        decision: 'deny',
        acts: ['hidden-call', 'opaque-message', 'sign-in-mismatch', ...never],
      },
      {
        rule: 'acts',
        name: 'control',
        decision: 'needs-factor',
        acts: ['delegatecall', 'upgrade', 'delegation', 'assign', 'set-authority'],
        accepts: ['operator'],
      },
      ...asked.filter((rule) => rule.rule !== 'acts' || rule.acts.length > 0),
      { rule: 'acts', name: 'everyday', decision: 'allow', acts: [...everyday, ...unread] },
      ...defaultLimits(),
      {
        rule: 'uncovered',
        name: 'other-assets',
        over: 'needs-factor',
        except: testChains(),
        except_own_test: true,
      },
    ],
  }
}

const ask = (name: string, acts: ActKind[]): Rules[number] => ({
  rule: 'acts',
  name,
  decision: 'needs-factor',
  acts,
})

const everyday: readonly ActKind[] = [
  'transfer',
  'own-transfer',
  'foreign-transfer',
  'burn',
  'approval',
  'revoke',
  'order',
  'order-foreign-payee',
  'take-authority',
  'safe-transaction',
  'create',
  'open-outputs',
  'foreign-inputs',
  'open-account',
  'close-account',
  'mint',
  'freeze',
  'routine',
  'memo',
  'sign-in',
  'message',
  'empty',
]

/** Their coins are worth nothing. */
function testChains(): string[] {
  return networks.filter(({ test }) => test).map(({ id }) => id)
}
