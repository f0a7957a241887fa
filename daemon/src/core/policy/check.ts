import { type ActKind, actKinds } from './act.ts'
import type { Document, RuleSettings } from './document.ts'
import { durationMs } from './fields.ts'
import type { Asks } from './finding.ts'
import { factors } from './policy.ts'

/** What a person should look at again. A document with remarks is still a policy. */
export type Remark = {
  readonly code:
    | 'allows-all'
    | 'control-without-factor'
    | 'no-limit'
    | 'zero-limit'
    | 'never-matches'
    | 'never-reached'
    | 'nobody-can-agree'
    | 'denies-all'
    | 'nothing-allows'
    | 'quick-change'
  /** The rule that it is about; none: the whole. */
  readonly rule?: string
  /** One sentence. */
  readonly text: string
}

const HOUR_MS = 3_600_000

/** Who can do these owns the account. */
const control: readonly ActKind[] = [
  'delegatecall',
  'upgrade',
  'delegation',
  'assign',
  'set-authority',
]
const everyday: readonly ActKind[] = ['transfer', 'message', 'sign-in']

/** What looks like a mistake. Never proof that nothing is one. */
export function check(document: Document): Remark[] {
  const { rules, change_after } = document
  return [
    ...rules.flatMap((rule) => ofRule(rule, rules)),
    ...ofWhole(rules),
    ...(durationMs(change_after) < HOUR_MS
      ? [
          {
            code: 'quick-change' as const,
            text: `Another policy takes its place within ${change_after}: hardly anybody sees it in time.`,
          },
        ]
      : []),
  ]
}

function ofRule(rule: RuleSettings, all: readonly RuleSettings[]): Remark[] {
  const { name } = rule
  const remark = (code: Remark['code'], text: string): Remark => ({ code, rule: name, text })
  const found: Remark[] = []
  if (rule.rule !== 'delay' && !canAgree(rule))
    found.push(remark('nobody-can-agree', 'It asks for more factors than it accepts: it denies.'))
  if (rule.rule === 'limit' && (rule.per_request === 0n || rule.per_window === 0n))
    found.push(remark('zero-limit', 'A limit of 0 stops every use, also for fees.'))
  if (rule.rule !== 'acts') {
    if (rule.rule === 'delay' && isEmpty(rule))
      found.push(remark('never-matches', 'No request can meet all of its conditions.'))
    return found
  }
  const open = isOpen(rule)
  if (rule.decision === 'allow' && open && actKinds.every((kind) => rule.acts.includes(kind)))
    found.push(
      remark('allows-all', 'It allows everything that is not denied or limited elsewhere.'),
    )
  if (rule.decision === 'allow' && control.some((kind) => rule.acts.includes(kind)))
    found.push(remark('control-without-factor', 'It hands control over, and asks nobody.'))
  if (rule.decision === 'deny' && open && actKinds.every((kind) => rule.acts.includes(kind)))
    found.push(remark('denies-all', 'It denies everything.'))
  if (isEmpty(rule))
    found.push(remark('never-matches', 'No request can meet all of its conditions.'))
  else if (rule.decision !== 'deny' && rule.acts.every((kind) => isDenied(kind, all)))
    found.push(remark('never-reached', 'Another rule denies all that it is about.'))
  return found
}

function ofWhole(rules: readonly RuleSettings[]): Remark[] {
  const allowed = new Set(
    rules.flatMap((rule) => (rule.rule === 'acts' && rule.decision !== 'deny' ? rule.acts : [])),
  )
  const missing = everyday.filter((kind) => !allowed.has(kind))
  const covers = rules.some(({ rule }) => rule === 'limit' || rule === 'uncovered')
  return [
    ...(missing.length > 0
      ? [
          {
            code: 'nothing-allows' as const,
            text: `No rule allows ${missing.join(', ')}: each is denied.`,
          },
        ]
      : []),
    ...(allowed.has('transfer') && !covers
      ? [{ code: 'no-limit' as const, text: 'Nothing limits how much leaves.' }]
      : []),
  ]
}

function canAgree({ accepts, factors: count = 1 }: Asks): boolean {
  return new Set(accepts ?? factors).size >= count
}

type Conditional = Extract<RuleSettings, { rule: 'acts' | 'delay' }>

/** Whether it is about every act of its kinds. */
function isOpen(rule: Conditional): boolean {
  const { assets, to, except_to, contracts, selectors, types, above, up_to } = rule
  const { chains, origins, except_origins } = rule
  const all = [assets, to, except_to, contracts, selectors, types, above, up_to]
  return [...all, chains, origins, except_origins].every((one) => one === undefined)
}

const withSelector: ReadonlySet<ActKind> = new Set(['call', 'hidden-call'])

/** Whether its conditions contradict each other. */
function isEmpty({ chains, assets, to, contracts, above, up_to, ...rest }: Conditional): boolean {
  const { acts, selectors, types } = rest
  if (above !== undefined && up_to !== undefined && above >= up_to) return true
  if (selectors && !acts.some((kind) => withSelector.has(kind))) return true
  if (types && !acts.includes('typed-data')) return true
  const chainsOf = (names: readonly string[] | undefined) =>
    names?.map((name) => name.split('/')[0]?.split(':').slice(0, 2).join(':') ?? '')
  const lists = [chains, chainsOf(assets), chainsOf(to), chainsOf(contracts)]
  const given = lists.filter((list) => list !== undefined)
  return given.some((one) => given.some((other) => !one.some((a) => other.some((b) => meet(a, b)))))
}

function meet(a: string, b: string): boolean {
  const [family] = a.split(':')
  return a === b || (b.split(':')[0] === family && (a.endsWith(':*') || b.endsWith(':*')))
}

function isDenied(kind: ActKind, all: readonly RuleSettings[]): boolean {
  return all.some(
    (rule) =>
      rule.rule === 'acts' && rule.decision === 'deny' && rule.acts.includes(kind) && isOpen(rule),
  )
}
