import { bytesToHex as hex, utf8ToBytes } from '@noble/hashes/utils.js'
import { level, network, show } from '@tandem/chains'
import { type ControlMessage, payloadHash } from '@tandem/protocol'
import { decideWith, release } from '../approvals.ts'
import { type Decision, waiting } from '../decision.ts'
import { readRequest } from '../reading.ts'
import { controlOf } from '../say.ts'
import { allWallets } from '../wallet-record.ts'
import type { OpenWallet } from '../wallets.ts'
import { byPrefix } from './by-prefix.ts'
import type { Caller } from './caller.ts'
import { describe } from './describe.ts'
import type { Inside } from './inside.ts'
import type { Decided, Pending } from './messages.ts'
import { riskWords } from './risk-words.ts'

/** A request that waits for a person, with the wallet that is asked. */
type Waiting = { readonly decision: Decision; readonly open: OpenWallet }

/** Every request that waits for a second factor. */
export async function pending(inside: Inside): Promise<Pending[]> {
  const all = await waitingNow(inside)
  return all.flatMap((one) => view(inside, one))
}

/** Says each request that waits, then each that comes, until the caller hangs up. */
export async function watch(inside: Inside, caller: Caller): Promise<{ done: boolean }> {
  const told = new Set<string>()
  const tell = async () => {
    for (const one of await pending(inside)) {
      if (told.has(one.id)) continue
      told.add(one.id)
      caller.say({ event: 'pending', pending: one })
    }
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
  const { verdict, approved } = await decideWith(inside.parts, open, decision.requestId, 'operator')
  if (approved) await open.signing.tell({ type: 'approve', request: approved.request })
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

async function find(inside: Inside, prefix: string): Promise<Waiting> {
  const all = await waitingNow(inside)
  return byPrefix('request', all, ({ decision }) => hex(decision.requestId), prefix)
}

async function waitingNow({ parts, registry }: Inside): Promise<Waiting[]> {
  const found: Waiting[] = []
  for (const { wallet, device } of await allWallets(parts.store)) {
    const decisions = await waiting(parts.store, wallet, parts.now())
    if (decisions.length === 0) continue
    const open = (await registry.of(device)).find(
      ({ record }) => hex(record().wallet) === hex(wallet),
    )
    if (open) found.push(...decisions.map((decision) => ({ decision, open })))
  }
  return found
}

function view({ parts }: Inside, { decision, open }: Waiting): Pending[] {
  const { requestId, payload, wallet, account, origin, rule, detail, at, expiresAt } = decision
  const chain = parts.chain(decision.chain)
  if (!chain) return []
  const asked = { requestId, payload, chain: decision.chain, account }
  const accountHere = open.accounts(chain, account)
  const read = readRequest(asked, open.record(), chain, accountHere)
  const { does, facts } = describe(read.explanation, network(decision.chain))
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
