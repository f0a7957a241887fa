import { type ControlMessage, type Header, decodeControl, decodeMessage } from '@tandem/protocol'
import { KeyWrapError } from '../ports/key-wrap.ts'
import type { Ending } from '../ports/transport.ts'
import { decide } from './approvals.ts'
import { loadDecision } from './decision.ts'
import { ClientError } from './errors.ts'
import { expire } from './expire.ts'
import { answerFactor } from './factors/answer-factor.ts'
import { greetingOf } from './greeting.ts'
import { inspectionFor } from './inspection.ts'
import { refuse as noteRefusal } from './limits/refuse.ts'
import { auditing } from './log/auditing.ts'
import { inTurn } from './log/in-turn.ts'
import { mayBegin } from './may-begin.ts'
import { type Meeting, meeting } from './meeting.ts'
import { phaseOf } from './observing/phase-of.ts'
import type { Device, Parts } from './parts.ts'
import { policyMessage } from './policy/policy-message.ts'
import { refusalOf, toClientError } from './refusal.ts'
import { release } from './release.ts'
import { pruneOldest } from './retention/prune.ts'
import { type Said, controlOf } from './say.ts'
import { type Patience, STEP_MS } from './step-deadline.ts'
import type { OpenWallet, Wallets } from './wallets.ts'

/** What happens on one connection with a paired device. */
export type Conversation = {
  /** Takes one message of the channel; answers go to `send`. One at a time, in order. */
  hear(header: Header, body: Uint8Array): Promise<void>
  /** The connection is over. */
  end(): Promise<void>
}

type Control<T extends ControlMessage['type']> = Extract<ControlMessage, { type: T }>

/** Messages that belong to the rounds of a signature. */
const signing = new Set<Header['type']>(['F1', 'F3', 'S1', 'abort', 'query', 'result'])

/**
 * Greets the device, then answers it. An earlier conversation with the same device is over then.
 *
 * @param hangUp closes the connection.
 * @throws when the store fails: the process must end.
 */
export async function converse(
  parts: Parts,
  registry: Wallets,
  device: Device,
  line: (said: Said) => void,
  hangUp: (why: Ending) => void = () => undefined,
): Promise<Conversation> {
  const ended = new AbortController()
  const turn = inTurn()
  const { metrics } = parts
  metrics.change('connections', 1)
  let meets: Meeting | undefined
  const send = (said: Said) => {
    if (!ended.signal.aborted) line(said)
  }
  const patience: Patience = {
    after(ms, work) {
      let isTakenBack = false
      const takeBack = parts.after(ms, () =>
        turn(async () => (isTakenBack || ended.signal.aborted ? undefined : work())),
      )
      return () => {
        isTakenBack = true
        takeBack()
      }
    },
    async gaveUp(awaited, say) {
      await refuse(new ClientError('timeout', `${awaited} did not come in time`))
      send(controlOf(say))
    },
  }
  const audit = auditing(parts, (message) => send(controlOf(message)))

  let isTold = false
  const stopFollowing = parts.policy.follow(() => {
    if (isTold) tellPolicy()
  })

  const stopWaiting = parts.after(STEP_MS, async () => {
    await refuse(new ClientError('timeout', 'a greeting did not come in time'))
    hangUp('refused')
    await end()
  })

  // Inside the first turn: what ends this conversation meanwhile waits for it.
  let leave: (() => void) | undefined
  await turn(async () => {
    leave = await registry.enter(device.identityPk, async (why) => {
      hangUp(why)
      await end()
    })
    meets = await meeting(parts, registry, device, send, ended.signal, patience)
    send(controlOf(await greetingOf(parts, device)))
  })

  function tellPolicy(): void {
    isTold = true
    send(controlOf(policyMessage(parts.policy)))
  }

  const met = (): Meeting => {
    if (!meets) throw new Error('a conversation begins with a greeting')
    return meets
  }
  const walletWith = (keyId: Uint8Array | undefined): Promise<OpenWallet> => met().walletWith(keyId)

  async function answer(header: Header, body: Uint8Array): Promise<void> {
    // SECURITY: a device that was revoked while it spoke is not answered any more. Test: test/pairing.test.ts "a device that is revoked while it is connected is cut off"
    if (ended.signal.aborted) return
    if (/^[GN]\d$/.test(header.type)) return met().flow(header, body)
    if (!signing.has(header.type)) return control(decodeControl(header, body))
    const wallet = await walletWith(header.keyId)
    if (header.type === 'F1' || header.type === 'S1') {
      const say = (verdict: ControlMessage) => send(controlOf(verdict))
      if (!(await mayBegin(parts, wallet, header.requestId, say))) return
    }
    await wallet.signing.tell({ type: 'message', message: decodeMessage(header, body) })
    await wallet.noteTest()
    if (header.type === 'F3' || header.type === 'S1') await audit.signed()
  }

  async function control(message: ControlMessage): Promise<void> {
    switch (message.type) {
      case 'hello':
        stopWaiting()
        await met().greet(message)
        return tellPolicy()
      case 'propose':
        return met().propose(message)
      case 'request':
        return request(message)
      case 'cancel':
        return cancel(message)
      case 'audit':
        return audit.answer(message.length)
      case 'factor':
        return factor(message)
      case 'enrol':
        return enrol(message)
      case 'inspect':
        return send(controlOf(await inspectionFor(parts, device)))
      case 'dkg-ack':
        return met().acked(message)
      case 'dkg-abort':
        return met().aborted(message)
      case 'abort':
      case 'agree':
      case 'checkpoint':
      case 'enrolment':
      case 'inspection':
      case 'pair-rekey':
      case 'policy':
      case 'query':
      case 'receipt':
      case 'refuse':
      case 'result':
      case 'verdict':
        throw new ClientError('bad-message', `${message.type} is not for a co-signer now`)
    }
  }

  async function request(message: Control<'request'>): Promise<void> {
    try {
      await judge(message)
    } catch (error) {
      const refusal = toClientError(error)
      await refuse(refusal)
      // The person who waits for an answer gets one.
      send(controlOf(refusalOf(message, refusal)))
    }
  }

  async function judge(message: Control<'request'>): Promise<void> {
    const wallet = await walletWith(message.entries[0]?.keyId)
    await parts.limits?.request(wallet.record().wallet)
    await expire(parts, wallet)
    // SECURITY: a device that is refused all the time must not fill the disk with what it asks for. Test: test/retention.test.ts "what a device is refused is kept in full up to a bound"
    await pruneOldest(parts, registry, wallet.record().wallet)
    const { verdict, isWithdrawn = false } = await wallet.signing.whileDeciding((keep) =>
      decide(parts, wallet, message, keep),
    )
    const { requestId } = message
    if (isWithdrawn) await wallet.signing.tell({ type: 'cancel', requestId })
    send(controlOf(verdict))
  }

  async function factor(message: Control<'factor'>): Promise<void> {
    const { verdict, refusal } = await answerFactor(parts, met().open(), message)
    if (refusal) await refuse(refusal)
    send(controlOf(verdict))
  }

  async function enrol(message: Control<'enrol'>): Promise<void> {
    send(controlOf(await parts.factors.passkeys.offer(message, device.identityPk, device.origin)))
  }

  async function cancel({ requestId }: Control<'cancel'>): Promise<void> {
    for (const { record, signing: signer } of met().open()) {
      const decision = await loadDecision(parts.store, record().wallet, requestId)
      if (!decision || !(await release(parts, decision, 'cancelled'))) continue
      await signer.tell({ type: 'cancel', requestId })
    }
  }

  async function refuse(error: ClientError): Promise<void> {
    await noteRefusal(parts, device.identityPk, error)
  }

  async function heard(header: Header, body: Uint8Array): Promise<void> {
    try {
      await answer(header, body)
    } catch (error) {
      await refuse(toClientError(error))
      // What it was doing cannot go on: the device comes back, and finds what is stored.
      if (error instanceof KeyWrapError) hangUp('later')
    }
  }

  async function end(): Promise<void> {
    if (ended.signal.aborted) return
    metrics.change('connections', -1)
    stopWaiting()
    stopFollowing()
    ended.abort()
    await turn(async () => {
      await meets?.end()
      leave?.()
    })
  }

  // One message at a time: what a commit waits for must not be overtaken.
  return {
    async hear(header, body) {
      metrics.change('queue', 1)
      try {
        await turn(() => metrics.timed(phaseOf(header.type), () => heard(header, body)))
      } finally {
        metrics.change('queue', -1)
      }
    },
    end,
  }
}
