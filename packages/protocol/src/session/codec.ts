/** Signing messages as the channel carries them: a header, and a flow's bytes or a control message. */
import { DecodeError } from '../abort.ts'
import { type Header, headerOf } from '../wire/frame.ts'
import { type ControlMessage, decodeControl, encodeControl } from '../wire/messages.ts'
import type { Flow, Message } from './signer.types.ts'

const flows: readonly Flow[] = ['F1', 'F2', 'F3', 'F4', 'S1', 'S2']

export function encodeMessage(message: Message): { header: Header; body: Uint8Array } {
  const { from, to, requestId, index, attempt, keyId, epoch } = message
  const header = (type: Header['type']) =>
    headerOf(type, from, to, { requestId, index, attempt, keyId, epoch })
  const control = (content: ControlMessage) => ({
    header: header(content.type),
    body: encodeControl(content),
  })
  const id = { requestId, index, attempt }
  switch (message.kind) {
    case 'ABORT':
      return control({ type: 'abort', ...id, code: message.code })
    case 'RESULT':
      return control({ type: 'result', ...id, signature: message.body })
    case 'QUERY':
      return control({ type: 'query', ...id })
    case 'CANCEL':
      return control({ type: 'cancel', requestId })
    case 'F1':
    case 'F2':
    case 'F3':
    case 'F4':
    case 'S1':
    case 'S2':
      return { header: header(message.kind), body: message.body }
  }
}

/** @throws {DecodeError} for a message that is not about signing, or not one of its type. */
export function decodeMessage(header: Header, body: Uint8Array): Message {
  const { from, to, requestId, index, attempt, keyId, epoch, type } = header
  const about = { from, to, requestId, index, attempt, keyId, epoch }
  const flow = flows.find((one) => one === type)
  if (flow) return { ...about, kind: flow, body }
  const control = decodeControl(header, body)
  switch (control.type) {
    case 'abort':
      return { ...about, kind: 'ABORT', code: control.code }
    case 'result':
      return { ...about, kind: 'RESULT', body: control.signature }
    case 'query':
      return { ...about, kind: 'QUERY' }
    case 'cancel':
      return { ...about, kind: 'CANCEL' }
    case 'hello':
    case 'request':
    case 'verdict':
    case 'receipt':
    case 'propose':
    case 'agree':
    case 'refuse':
    case 'dkg-abort':
    case 'dkg-ack':
    case 'pair-rekey':
    case 'factor':
    case 'audit':
    case 'checkpoint':
    case 'enrol':
    case 'enrolment':
    case 'policy':
    case 'inspect':
    case 'inspection':
      throw new DecodeError('ENCODING', 'header.type', 'a signing message')
  }
}
