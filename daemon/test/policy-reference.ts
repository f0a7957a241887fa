/**
 * What a policy document means, a second time and slowly: every request becomes a flat list of
 * lines, and the document is read line by line, rule by rule, from its written form. It shares no
 * code with the policy that runs.
 */
import type { Explanation, Intent } from '@tandem/chains'
import { checkSignIn } from '@tandem/chains'
import type { Written } from '../src/core/policy/document.ts'
import type { Asked, Factor } from '../src/core/policy/policy.ts'

/** One thing that happens: words and numbers, nothing to call. */
type Line = {
  kind: string
  asset: string
  /** -1: no limit at all. */
  amount: bigint | null
  uses: bigint
  people: string[]
  contract: string
  selector: string
  type: string
}

export type Answer = {
  decision: string
  rule: string
  asset?: string | undefined
  limit?: bigint | undefined
  used?: bigint | undefined
  left?: bigint | undefined
  until?: number | undefined
  accepts?: string[] | undefined
  spends: string[]
}

type Rule = Written['rules'][number]
type Objection = { rule: string; deny: boolean; accepts: string[]; answer: Partial<Answer> }

export function reference(document: Written, asked: Asked, spent: Asking): Answer {
  const { explanation } = asked
  const known = new Set<string>()
  for (const rule of document.rules)
    if (rule.rule === 'limit') for (const asset of rule.assets) known.add(low(asset))
  const lines = listOf(explanation, asked, known)
  const ledger = ledgerOf(lines, explanation)

  const granted = lines.map(() => false)
  const objections: Objection[] = []
  const budgets: { rule: string; answer: Partial<Answer> }[] = []
  let first: string | undefined
  const speak = (rule: string) => {
    first ??= rule
  }
  for (const rule of document.rules) {
    const object = (answer: Partial<Answer>, how: string, waits = false) => {
      speak(rule.name)
      const need = waits ? waiting(rule, asked) : needed(rule, asked)
      if (how !== 'deny' && need === 'done') return
      // What nobody can show denies, after everything that denies by itself.
      const accepts = Array.isArray(need) ? need : ['impossible']
      objections.push({ rule: rule.name, deny: how === 'deny', accepts, answer })
    }
    if (rule.rule === 'acts') {
      lines.forEach((line, at) => {
        if (!about(rule, line, explanation.chain, asked.origin)) return
        granted[at] = true
        if (rule.decision === 'allow') speak(rule.name)
        else object({}, rule.decision)
      })
    }
    if (rule.rule === 'limit') {
      if (rule.origins && !rule.origins.includes(asked.origin ?? 'own')) continue
      for (const name of namesUnder(rule.assets, ledger)) {
        const { amount, endless } = ledger.get(name) ?? { amount: 0n, endless: false }
        if (rule.per_request !== undefined) {
          const most = BigInt(rule.per_request)
          if (endless || amount > most) object({ asset: name, limit: most, left: most }, rule.over)
        }
        if (rule.per_window === undefined) continue
        const most = BigInt(rule.per_window)
        const ms = milliseconds(rule.window ?? '')
        const used = spent(name, asked.at.getTime() - ms)
        if (endless || used + amount > most) {
          const left = most - used < 0n ? 0n : most - used
          const until = asked.at.getTime() + ms
          object({ asset: name, limit: most, used, left, until }, rule.over)
        } else {
          const after = used + amount
          speak(rule.name)
          budgets.push({
            rule: rule.name,
            answer: { asset: name, limit: most, used: after, left: most - after },
          })
        }
      }
    }
    if (rule.rule === 'fee') {
      const { fee } = explanation
      const openFee = deep(explanation.intents).some(
        (one) => one.kind === 'payment' && one.fee === undefined,
      )
      if (!fee || !fee.own || openFee) continue
      if (rule.chains && !rule.chains.some((one) => chainFits(one, explanation.chain))) continue
      const others = (ledger.get(fee.asset)?.amount ?? 0n) - fee.max
      const bounds: bigint[] = []
      if (rule.max !== undefined) bounds.push(BigInt(rule.max))
      if (rule.percent !== undefined && others > 0n)
        bounds.push((others * BigInt(rule.percent)) / 100n)
      bounds.sort((a, b) => (a < b ? -1 : 1))
      const [lowest] = bounds
      if (lowest !== undefined && fee.max > lowest)
        object({ asset: fee.asset, limit: lowest, used: fee.max }, rule.over)
    }
    if (rule.rule === 'uncovered') {
      if (rule.except?.some((one) => chainFits(one, explanation.chain))) continue
      const seen: string[] = []
      for (const line of lines)
        if (line.asset && (line.uses > 0n || line.kind === 'unlimited-approval'))
          seen.push(line.asset)
      const { fee } = explanation
      const openFee = deep(explanation.intents).some(
        (one) => one.kind === 'payment' && one.fee === undefined,
      )
      if (fee && fee.own && fee.max > 0n && !openFee) seen.push(fee.asset)
      for (const asset of new Set(seen)) {
        const covered = [...known].some((one) => titles(asset).some((name) => assetFits(one, name)))
        if (!covered) object({ asset }, rule.over)
      }
    }
    if (rule.rule === 'batch' && lines.length > rule.max) object({}, rule.over)
    if (rule.rule === 'delay') {
      const until = (asked.firstAt ?? asked.at).getTime() + milliseconds(rule.wait)
      if (asked.at.getTime() >= until) continue
      if (lines.some((line) => about(rule, line, explanation.chain, asked.origin)))
        object({ until }, 'needs-factor', true)
    }
  }

  const no = { spends: [] }
  const denial = objections.find(({ deny }) => deny)
  if (denial) return { decision: 'deny', rule: denial.rule, ...denial.answer, ...no }
  if (granted.includes(false)) return { decision: 'deny', rule: 'default-deny', ...no }
  const hopeless = objections.find(({ accepts }) => accepts[0] === 'impossible')
  if (hopeless) return { decision: 'deny', rule: hopeless.rule, ...hopeless.answer, ...no }
  const spends = [...ledger]
    .filter(([, { amount }]) => amount > 0n)
    .map(([name, { amount }]) => `${name}=${amount}`)
    .toSorted()
  let hardest: Objection | undefined
  for (const one of objections)
    if (!hardest || one.accepts.length < hardest.accepts.length) hardest = one
  if (hardest) {
    const { rule, answer, accepts } = hardest
    return { decision: 'needs-factor', rule, ...answer, accepts, spends }
  }
  let tight: (typeof budgets)[number] | undefined
  for (const one of budgets) if (!tight || share(one.answer, tight.answer) < 0n) tight = one
  if (tight) return { decision: 'allow', rule: tight.rule, ...tight.answer, spends }
  return { decision: 'allow', rule: first ?? '', spends }
}

export type Asking = (asset: string, since: number) => bigint

/** Below zero: less is left of the first. */
function share(a: Partial<Answer>, b: Partial<Answer>): bigint {
  return (a.left ?? 0n) * (b.limit ?? 0n) - (b.left ?? 0n) * (a.limit ?? 0n)
}

const order: readonly Factor[] = ['code', 'passkey', 'operator']

type Need = string[] | 'done' | 'never'

function needed(
  rule: { accepts?: Factor[] | undefined; factors?: number | undefined } | Rule,
  asked: Asked,
): Need {
  const wanted = 'accepts' in rule && rule.accepts ? rule.accepts : [...order]
  const count = 'factors' in rule && rule.factors ? rule.factors : 1
  let possible = wanted.filter((one) => one === 'operator' || asked.enrolled.includes(one))
  possible = possible.filter((one, at) => possible.indexOf(one) === at)
  if (possible.length === 0) possible = ['operator']
  const done = possible.filter((one) => asked.shown.includes(one)).length
  if (done >= count) return 'done'
  if (count > possible.length) return 'never'
  return possible.filter((one) => !asked.shown.includes(one))
}

function waiting(rule: Rule, asked: Asked): Need {
  return 'accepts' in rule && rule.accepts ? needed(rule, asked) : []
}

function milliseconds(text: string): number {
  const units: Record<string, number> = { s: 1e3, m: 6e4, h: 36e5, d: 864e5 }
  return Number.parseInt(text, 10) * (units[text.slice(-1)] ?? Number.NaN)
}

const low = (text: string) => (text.startsWith('eip155:') ? text.toLowerCase() : text)

function chainFits(pattern: string, chain: string): boolean {
  const [family, id] = pattern.split(':')
  const [ownFamily, ownId] = chain.split(':')
  return family === ownFamily && (id === '*' || id === ownId)
}

function assetFits(pattern: string, name: string): boolean {
  const cut = (text: string) => [text.slice(0, text.indexOf('/')), text.slice(text.indexOf('/'))]
  const [chain = '', rest] = cut(low(pattern))
  const [own = '', ownRest] = cut(name)
  return chainFits(chain, own) && rest === ownRest
}

function personFits(pattern: string, chain: string, person: string): boolean {
  const [family = '', id = '', address = ''] = pattern.split(':')
  if (!chainFits(`${family}:${id}`, chain)) return false
  return family === 'eip155' ? address.toLowerCase() === person.toLowerCase() : address === person
}

type About = Extract<Rule, { rule: 'acts' | 'delay' }>

function about(rule: About, line: Line, chain: string, origin: string | undefined): boolean {
  const acts: readonly string[] = rule.acts
  if (!acts.includes(line.kind)) return false
  if (rule.chains && !rule.chains.some((one) => chainFits(one, chain))) return false
  const names = line.asset ? titles(line.asset) : []
  if (rule.assets && !rule.assets.some((one) => names.some((name) => assetFits(one, name))))
    return false
  const reaches = (list: readonly string[]) =>
    line.people.some((person) => list.some((one) => personFits(one, chain, person)))
  if (rule.to && !reaches(rule.to)) return false
  if (rule.except_to && reaches(rule.except_to)) return false
  if (
    rule.contracts &&
    !(line.contract && rule.contracts.some((one) => personFits(one, chain, line.contract)))
  )
    return false
  if (rule.selectors && !rule.selectors.includes(line.selector)) return false
  if (rule.types && !rule.types.includes(line.type)) return false
  if (rule.origins && !rule.origins.includes(origin ?? 'own')) return false
  if (rule.except_origins && rule.except_origins.includes(origin ?? 'own')) return false
  if (rule.above !== undefined) {
    if (line.amount === null) return false
    if (line.amount !== -1n && line.amount <= BigInt(rule.above)) return false
  }
  if (rule.up_to !== undefined) {
    if (line.amount === null || line.amount === -1n) return false
    if (line.amount > BigInt(rule.up_to)) return false
  }
  return true
}

/** The asset, its collection if it is one of many, and everything of its kind. */
function titles(asset: string): string[] {
  const [chain = '', kind = '', id] = asset.split('/')
  const [space = ''] = kind.split(':')
  if (space === 'slip44') return [asset]
  return id === undefined
    ? [asset, `${chain}/${space}:*`]
    : [asset, `${chain}/${kind}`, `${chain}/${space}:*`]
}

type Entry = { amount: bigint; endless: boolean }

function ledgerOf(lines: readonly Line[], { fee, intents }: Explanation): Map<string, Entry> {
  const ledger = new Map<string, Entry>()
  const add = (name: string, amount: bigint, endless: boolean) => {
    const before = ledger.get(name) ?? { amount: 0n, endless: false }
    ledger.set(name, { amount: before.amount + amount, endless: before.endless || endless })
  }
  for (const { asset, uses, kind } of lines) {
    const endless = kind === 'unlimited-approval'
    if (!asset || (uses === 0n && !endless)) continue
    for (const title of titles(asset)) {
      const counts = /\/(erc20|token):\*$/.test(title)
      add(title, endless ? 0n : counts ? 1n : uses, endless)
    }
  }
  if (fee?.own && !deep(intents).some(({ kind }) => kind === 'payment') && fee.max > 0n)
    add(fee.asset, fee.max, false)
  return ledger
}

/** In the order of the rule's list; each once. What is endless alone comes last. */
function namesUnder(assets: readonly string[], ledger: ReadonlyMap<string, Entry>): string[] {
  const names = [
    ...[...ledger].filter(([, { amount }]) => amount > 0n).map(([name]) => name),
    ...[...ledger].filter(([, { amount }]) => amount === 0n).map(([name]) => name),
  ]
  const found: string[] = []
  for (const asset of assets)
    for (const name of names) if (assetFits(asset, name) && !found.includes(name)) found.push(name)
  return found
}

function deep(intents: readonly Intent[]): Intent[] {
  const all: Intent[] = []
  for (const intent of intents) {
    all.push(intent)
    if (intent.kind === 'batch') all.push(...deep(intent.steps))
    if (intent.kind === 'safe-transaction') all.push(...deep([intent.inner]))
    if (intent.kind === 'upgrade' && intent.call) all.push(...deep([intent.call]))
  }
  return all
}

function listOf(explained: Explanation, asked: Asked, known: ReadonlySet<string>): Line[] {
  const { chain, account, intents, claims } = explained
  const self = account.split(':').slice(2).join(':')
  const coin = { eip155: '60', bip122: '0', solana: '501' }[chain.split(':')[0] ?? ''] ?? ''
  const native = `${chain}/slip44:${chain === 'eip155:137' ? '966' : coin}`
  const lines: Line[] = []
  for (const intent of intents) walk(intent, false)
  if (lines.length === 0) put('empty')
  const all = deep(intents)
  const asker = { origin: asked.origin ?? '', address: self, chain, now: asked.at }
  if (all.some((one) => one.kind === 'sign-in' && checkSignIn(one, asker).length > 0))
    put('sign-in-mismatch')
  const middle = new Set<string>()
  for (const one of all) {
    if (one.kind === 'batch' && one.through) middle.add(one.through.toLowerCase())
    if (one.kind === 'safe-transaction') middle.add(one.safe.toLowerCase())
  }
  const onlyCalls = all.every(({ kind }) => kind === 'call' || kind === 'batch')
  for (const claim of claims) {
    if (claim.kind === 'standard') {
      const contract = claim.contract.toLowerCase()
      const vouched = known.has(`${chain}/erc20:${contract}`) && !middle.has(contract)
      if (onlyCalls || vouched) continue
    }
    put('claimed')
    break
  }
  return lines

  function put(kind: string, more: Partial<Line> = {}): void {
    const asset = more.asset ?? ''
    const inAsset = asset.includes('/slip44:') ? '' : (asset.split('/')[1]?.split(':')[1] ?? '')
    lines.push({
      kind,
      amount: null,
      uses: 0n,
      people: [],
      selector: '',
      type: '',
      ...more,
      asset,
      contract: more.contract ?? inAsset,
    })
  }

  function walk(intent: Intent, safe: boolean): void {
    const coins = (amount: bigint) => ({ asset: native, amount, uses: amount })
    if (intent.kind === 'transfer') {
      const { asset, amount, to, toOwner, fromOwn, toOwn } = intent
      const line = { asset, amount, people: toOwner ? [to, toOwner] : [to] }
      if ((fromOwn || safe) && !toOwn) put('transfer', { ...line, uses: amount })
      else put(fromOwn ? 'own-transfer' : 'foreign-transfer', line)
      if (intent.by) put('signed-transfer', line)
    } else if (intent.kind === 'approve') {
      const { asset, amount, spender } = intent
      const endless = amount === 'unlimited'
      const line = { asset, amount: endless ? -1n : amount, people: [spender] }
      if (intent.by !== 'call') put('permit', endless ? line : { ...line, uses: amount })
      else if (!endless) put('approval', { ...line, uses: amount })
      if (endless) put('unlimited-approval', line)
    } else if (intent.kind === 'approve-all') {
      put('approve-all', { asset: intent.collection, amount: -1n, people: [intent.operator] })
    } else if (intent.kind === 'revoke') {
      put('revoke', { people: intent.spender ? [intent.spender] : [] })
    } else if (intent.kind === 'order') {
      const line = { people: [intent.market], contract: intent.market }
      for (const { asset, max } of intent.gives)
        put('order', { ...line, asset, amount: max, uses: max })
      if (intent.gives.length === 0) put('order', line)
      for (const { to, toOwn } of intent.receives)
        if (!toOwn) put('order-foreign-payee', { contract: intent.market, people: [to] })
      if (!intent.receives.some(({ toOwn, min }) => toOwn && min > 0n))
        put('order-for-nothing', line)
    } else if (intent.kind === 'call') {
      put(intent.hidden === undefined ? 'call' : 'hidden-call', {
        ...coins(intent.value),
        people: [intent.target],
        contract: intent.target,
        selector: intent.selector ?? '',
      })
    } else if (intent.kind === 'create') {
      put('create', { ...coins(intent.value), people: [intent.address] })
    } else if (intent.kind === 'upgrade') {
      const { target, implementation, call } = intent
      put('upgrade', { contract: target, people: implementation ? [implementation] : [] })
      if (call) walk(call, safe)
    } else if (intent.kind === 'delegate') {
      put('delegation', { people: [intent.to] })
    } else if (intent.kind === 'safe-transaction') {
      const line = { contract: intent.safe, people: [intent.target] }
      put('safe-transaction', line)
      if (intent.operation === 'delegatecall') put('delegatecall', line)
      if (intent.refund) put('safe-refund', { contract: intent.safe, people: [intent.refund.to] })
      walk(intent.inner, true)
    } else if (intent.kind === 'batch') {
      for (const step of intent.steps) walk(step, safe)
    } else if (intent.kind === 'message') {
      if (intent.text === undefined) put('opaque-message')
      else put(intent.nearSignIn ? 'near-sign-in' : 'message')
    } else if (intent.kind === 'typed-data') {
      const field = intent.domain.find((one) => one.name === 'verifyingContract')
      const contract = typeof field?.value === 'string' ? field.value : ''
      put('typed-data', { type: intent.primaryType, contract })
    } else if (intent.kind === 'payment') {
      const start = lines.length
      for (const { to, amount, address } of intent.outputs) {
        if (to === 'other')
          put('transfer', { asset: native, amount, people: address ? [address] : [] })
        if (to === 'data' && amount > 0n) put('burn', { asset: native, amount })
        if (to === 'data' && amount === 0n) put('memo')
      }
      if (lines.length === start) put('own-transfer', { asset: native })
      const head = lines[start]
      if (head)
        Object.assign(head, { asset: native, uses: intent.leaves > 0n ? intent.leaves : 0n })
      if (!intent.outputsFixed || intent.inputs.some((one) => one.signed && one.sighash !== 'all'))
        put('open-outputs')
      if (!intent.inputs.every(({ own }) => own)) put('foreign-inputs')
    } else if (intent.kind === 'open-account') {
      const { address, token, program, payer, amount = 2_039_280n } = intent
      const line = { people: token ? [address, token.owner] : [address], contract: program }
      put('open-account', payer === self ? { ...coins(amount), ...line } : line)
    } else if (intent.kind === 'close-account') {
      put(intent.toOwn ? 'close-account' : 'close-elsewhere', { people: [intent.to] })
    } else if (intent.kind === 'assign') {
      put(intent.own ? 'assign' : 'routine', { people: [intent.program] })
    } else if (intent.kind === 'set-authority') {
      const given = !intent.toOwn || intent.threshold !== undefined
      const people = intent.to ? [intent.to] : []
      put(given ? 'set-authority' : 'take-authority', { people, contract: intent.address })
    } else if (intent.kind === 'burn') {
      const { asset, amount } = intent
      put('burn', { asset, amount, uses: amount })
    } else if (intent.kind === 'mint') {
      put('mint', { asset: intent.asset, people: [intent.to] })
    } else if (intent.kind === 'freeze') {
      put('freeze', { asset: intent.asset, people: [intent.address] })
    } else if (intent.kind === 'routine') {
      put('routine', { contract: intent.program })
    } else if (intent.kind === 'advance-nonce') {
      put('durable-nonce')
    } else {
      put(intent.kind)
    }
  }
}
