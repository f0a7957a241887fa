import { bytesToHex as hex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { level, show } from '@tandem/chains'
import { type ControlMessage, equalBytes, payloadHash } from '@tandem/protocol'
import { accounts } from '../accounts.ts'
import { decideWith } from '../approvals.ts'
import { release } from '../release.ts'
import { type Decision, loadDecision } from '../decision.ts'
import { number } from '../projections/rows.ts'
import { readRequest } from '../reading.ts'
import { controlOf } from '../say.ts'
import { type WalletRecord, walletKey, walletWithKey } from '../wallet-record.ts'
import { type OpenWallet, maySign } from '../wallets.ts'
import { byHex } from './by-hex.ts'
import type { Caller } from './caller.ts'
import { describe } from './describe.ts'
import { OperatorError } from './errors.ts'
import type { Inside } from './inside.ts'
import type { Decided, Page, Pending, PendingList } from './messages.ts'
import { riskWords } from './risk-words.ts'

/** A request that waits for a person, with the wallet that is asked. */
type Waiting = { readonly decision: Decision; readonly record: WalletRecord }

/** The requests that wait for a second factor, in the order in which they end. */
export async function pending(inside: Inside, { after, limit = 100 }: Page): Promise<PendingList> {
  const rows = await inside.parts.view.list('due', {
    limit,
    after: after === undefined ? moment(inside) : hexToBytes(after),
  })
  const found: Pending[] = []
  for (const { row } of rows) {
    const one = await waitingNow(inside, row)
    if (one) found.push(...(await view(inside, one)))
  }
  const last = rows.length < limit ? undefined : rows.at(-1)
  return { pending: found, ...(last && { next: hex(last.id) }) }
}

/** Before the first request whose time is not over. */
const moment = ({ parts }: Inside) => number(parts.now().getTime() + 1)

/** How many requests still count as waiting that waited too long. */
export async function overdue(inside: Inside): Promise<number> {
  const end = hex(moment(inside))
  let count = 0
  let after: Uint8Array | undefined
  for (;;) {
    const rows = await inside.parts.view.list('due', after && { after })
    const over = rows.filter(({ id }) => hex(id) < end)
    count += over.length
    after = rows.at(-1)?.id
    if (over.length < rows.length || !after) return count
  }
}

/** Says each request that waits, then each that comes, until the caller hangs up. */
export async function watch(inside: Inside, caller: Caller): Promise<{ done: boolean }> {
  const told = new Set<string>()
  const tell = async () => {
    let after: string | undefined
    do {
      const page = await pending(inside, { limit: 100, after })
      for (const one of page.pending) {
        if (told.has(one.id)) continue
        told.add(one.id)
        caller.say({ event: 'pending', pending: one })
      }
      after = page.next
    } while (after !== undefined)
  }
  let last = tell()
  const stop = inside.follow((event) => {
    if (event.type === 'decided' && event.decision === 'needs-factor') last = last.then(tell)
  })
  await caller.gone
  stop()
  await last
  return { done: true }
}

export async function approve(inside: Inside, prefix: string): Promise<Decided> {
  const { decision, open } = await find(inside, prefix)
  const { verdict } = await open.signing.whileDeciding((keep) =>
    decideWith(inside.parts, open, decision.requestId, 'operator', keep),
  )
  open.say(controlOf(verdict))
  return decidedOf(verdict)
}

export async function deny(inside: Inside, prefix: string): Promise<Decided> {
  const { decision, open } = await find(inside, prefix)
  const { requestId, hash, payload } = decision
  await release(inside.parts, decision, 'cancelled')
  await open.signing.tell({ type: 'cancel', requestId })
  const verdict = {
    type: 'verdict',
    requestId,
    hash,
    payload: payloadHash(payload),
    decision: 'deny',
    rule: 'operator',
    detail: utf8ToBytes(JSON.stringify({ text: 'Refused at the co-signer.' })),
    expiresAt: 0n,
  } as const
  open.say(controlOf(verdict))
  return decidedOf(verdict)
}

async function find(
  inside: Inside,
  prefix: string,
): Promise<{ readonly decision: Decision; readonly open: OpenWallet }> {
  const { row } = await byHex(inside.parts.view, 'pending', prefix)
  const found = await waitingNow(inside, row)
  const open =
    found &&
    (await inside.registry.of(found.record.device)).find(({ record }) =>
      equalBytes(record().wallet, row.wallet),
    )
  if (!open) throw new OperatorError('not-found', `no request begins with ${prefix}`)
  return { decision: found.decision, open }
}

/** A request of the view, if it waits, and its wallet signs. */
async function waitingNow(
  { parts }: Inside,
  { wallet, requestId }: Pick<Decision, 'wallet' | 'requestId'>,
): Promise<Waiting | undefined> {
  const decision = await loadDecision(parts.store, wallet, requestId)
  const isOver = !decision || decision.expiresAt <= parts.now().getTime()
  if (isOver || decision.state !== 'asks') return undefined
  const known = await parts.view.get('wallet', wallet)
  const record = known && (await walletWithKey(parts.store, walletKey(known.device, wallet)))
  return record && maySign(record) ? { decision, record } : undefined
}

async function view({ parts }: Inside, { decision, record }: Waiting): Promise<Pending[]> {
  const { requestId, payload, wallet, account, origin, rule, detail, at, expiresAt } = decision
  const chain = parts.chain(decision.chain)
  if (!chain) return []
  const asked = { requestId, payload, chain: decision.chain, account }
  const accountHere = await accounts(record.keys)(chain, account)
  const read = readRequest(asked, record, chain, accountHere)
  const { does, facts } = describe(read.explanation, chain.network)
  return [
    {
      id: hex(requestId),
      wallet: hex(wallet),
      chain: decision.chain,
      network: chain.network.name,
      account,
      ...(origin !== undefined && { origin: show(origin).text }),
      at: new Date(at).toISOString(),
      until: new Date(expiresAt).toISOString(),
      level: level(read.warnings),
      warnings: read.warnings.map((warning) => ({
        level: warning.level,
        code: warning.code,
        text: riskWords[warning.code],
      })),
      does: [...does],
      facts: [...facts],
      rule,
      reason: textOf(detail),
    },
  ]
}

function decidedOf(verdict: Extract<ControlMessage, { type: 'verdict' }>): Decided {
  return {
    id: hex(verdict.requestId),
    decision: verdict.decision,
    rule: verdict.rule,
    reason: textOf(new TextDecoder().decode(verdict.detail)),
  }
}

/** The sentence of a verdict's detail. */
function textOf(detail: string): string {
  const parsed: unknown = JSON.parse(detail)
  const text = typeof parsed === 'object' && parsed !== null && 'text' in parsed && parsed.text
  return typeof text === 'string' ? show(text).text : ''
}
