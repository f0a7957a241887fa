import { bytesToHex } from '@noble/hashes/utils.js'
import type { Level, Line, LogLines, Name } from '../../ports/log-lines.ts'
import type { Metrics } from '../../ports/metrics.ts'
import type { Event } from '../event.ts'

/** Signatures whose time is taken at once; more are not measured. */
const OPEN = 1000

/** Says and counts what the log records: give it each event once it is durable. */
export function observe(lines: LogLines, metrics: Metrics): (event: Event) => void {
  const approvedAt = new Map<string, number>()

  function time({ mark, requestId, at }: Extract<Event, { type: 'mark' }>): void {
    if (!requestId) return
    const key = bytesToHex(requestId)
    if (mark === 'approved' && approvedAt.size < OPEN) approvedAt.set(key, at)
    const since = approvedAt.get(key)
    if (mark !== 'signed' || since === undefined) return
    metrics.took('signature', at - since)
    approvedAt.delete(key)
  }

  return (event) => {
    lines.say({ event: event.type, level: levelOf(event), ...fieldsOf(event) })
    if (event.type === 'decided') metrics.count('decision', event.decision)
    if (event.type === 'refused') metrics.count('refusal', event.code)
    if (event.type === 'factor') metrics.count('factor', event.what)
    if (event.type === 'aborted') metrics.count('abort', event.code)
    if (event.type === 'aborted' || event.type === 'released')
      approvedAt.delete(bytesToHex(event.requestId))
    if (event.type === 'mark') {
      time(event)
      metrics.count('mark', event.mark)
    }
  }
}

const warnings = new Set<Event['type']>([
  'aborted',
  'lost',
  'older-copy',
  'pairing-refused',
  'refused',
  'set-back',
])

function levelOf({ type }: Event): Level {
  if (warnings.has(type)) return 'warn'
  return type === 'mark' ? 'debug' : 'info'
}

type Fields = Omit<Line, 'event' | 'level' | 'failures'>

/** The public names and plain numbers of an event, and the one word of ours that says what it was. */
function fieldsOf(event: Event): Fields {
  return {
    ...('wallet' in event && event.wallet && { wallet: nameOf(event.wallet) }),
    ...('device' in event && { device: nameOf(event.device) }),
    ...('identityPk' in event && { device: nameOf(event.identityPk) }),
    ...('requestId' in event && event.requestId && { request: nameOf(event.requestId) }),
    ...('index' in event && event.index !== undefined && { index: event.index }),
    ...('attempt' in event && event.attempt !== undefined && { attempt: event.attempt }),
    ...('epoch' in event && { epoch: event.epoch }),
    ...('boot' in event && { boot: event.boot }),
    ...('left' in event && { left: event.left }),
    ...wordOf(event),
  }
}

function wordOf(event: Event): Pick<Line, 'what'> {
  if ('state' in event) return { what: event.state }
  if ('decision' in event) return { what: event.decision }
  if ('mark' in event) return { what: event.mark }
  if ('why' in event) return { what: event.why }
  if ('code' in event) return { what: event.code }
  if ('what' in event) return { what: event.what }
  return {}
}

function nameOf(id: Uint8Array): Name {
  const name = bytesToHex(id.subarray(0, 4))
  if (!isName(name)) throw new Error('expected a name of four bytes or more')
  return name
}

const isName = (text: string): text is Name => text.length === 8
