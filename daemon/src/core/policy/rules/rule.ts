import type { Facts } from '../facts.ts'
import type { Finding } from '../finding.ts'
import type { Spent, Window } from '../policy.ts'

/** What a rule of one kind does with its settings. Pure: facts in, findings out. */
export type Rule<S> = {
  judge(settings: S, facts: Facts, spent: Spent): readonly Finding[]
  /** Everything that {@link judge} asks `spent` for. */
  windows?(settings: S, facts: Facts): readonly Window[]
}
