import type { Document, RuleSettings } from './document.ts'
import type { Facts } from './facts.ts'
import type { Finding } from './finding.ts'
import { namesNetwork } from './names-network.ts'
import type { Spent, Window } from './policy.ts'
import { acts } from './rules/acts.ts'
import { batch } from './rules/batch.ts'
import { delay } from './rules/delay.ts'
import { fee } from './rules/fee.ts'
import { limit } from './rules/limit.ts'
import { uncovered } from './rules/uncovered.ts'

/** What a rule found, with its name. */
export type Named = Finding & { readonly rule: string }

/** What every rule says, in the order of the document. */
export function findingsOf(document: Document, facts: Facts, spent: Spent): Named[] {
  const limited = limitedAssets(document)
  return [
    ...unnamed(document, facts),
    ...document.rules.flatMap((settings) =>
      judge(settings, facts, spent, limited).map((finding) => ({
        ...finding,
        rule: settings.name,
      })),
    ),
  ]
}

/** Rules for all networks were written before somebody added another one: they allow nothing there. */
function unnamed(document: Document, { chain, ownNetwork }: Facts): Named[] {
  // SECURITY: nobody has said what the coins of a network of one's own are worth. Test: src/core/policy/own-network.test.ts "on a network of one's own nothing is allowed that no rule has thought of"
  if (ownNetwork === 'other' && !namesNetwork(document, chain))
    return [{ rule: 'default-deny', says: 'deny', detail: { text: `No rule names ${chain}.` } }]
  return []
}

function judge(
  settings: RuleSettings,
  facts: Facts,
  spent: Spent,
  limited: readonly string[],
): readonly Finding[] {
  switch (settings.rule) {
    case 'acts':
      return acts.judge(settings, facts, spent)
    case 'limit':
      return limit.judge(settings, facts, spent)
    case 'fee':
      return fee.judge(settings, facts, spent)
    case 'uncovered':
      return uncovered(settings, facts, limited)
    case 'batch':
      return batch.judge(settings, facts, spent)
    case 'delay':
      return delay.judge(settings, facts, spent)
  }
}

/** Every asset that a limit of the document names. */
export function limitedAssets({ rules }: Document): string[] {
  return rules.flatMap((settings) => (settings.rule === 'limit' ? settings.assets : []))
}

/** Every sum that {@link findingsOf} asks for. */
export function windowsOf({ rules }: Document, facts: Facts): Window[] {
  return rules.flatMap((settings) =>
    settings.rule === 'limit' ? (limit.windows?.(settings, facts) ?? []) : [],
  )
}
