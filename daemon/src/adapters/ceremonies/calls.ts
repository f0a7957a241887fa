/** What goes between the daemon and the thread that computes its ceremonies. */
import {
  type AbortCode,
  DecodeError,
  type OtSetup,
  type Proposal,
  ProtocolAbort,
  UsageError,
} from '@tandem/protocol'
import { CeremonyError, type Seed } from '../../ports/ceremonies.ts'

/** What is asked. A share travels as its bytes. */
export type Ask =
  | {
      readonly what: 'G1'
      readonly proposal: Proposal
      readonly identity: Uint8Array
      readonly half?: Uint8Array | undefined
      readonly share?: Uint8Array | undefined
      readonly body: Uint8Array
      readonly seed: Seed
    }
  | { readonly what: 'G3'; readonly body: Uint8Array; readonly seed: Seed }
  | {
      readonly what: 'N1'
      readonly share: Uint8Array
      readonly otNo: number
      readonly identity: Uint8Array
      readonly body: Uint8Array
      readonly seed: Seed
    }
  | { readonly what: 'N3'; readonly body: Uint8Array }
  | { readonly what: 'drop' }

export type Done =
  | { readonly what: 'G1'; readonly body: Uint8Array }
  | { readonly what: 'N1'; readonly body: Uint8Array }
  | {
      readonly what: 'G3'
      readonly share: Uint8Array
      readonly sid: Uint8Array
      readonly tau: Uint8Array
      readonly g4: Uint8Array
    }
  | {
      readonly what: 'N3'
      readonly sid: Uint8Array
      readonly tau: Uint8Array
      readonly setup: OtSetup
      readonly n4: Uint8Array
    }
  | { readonly what: 'drop' }

export type Call = { readonly call: number; readonly ceremony: number; readonly ask: Ask }

export type Answer = { readonly call: number } & (
  | { readonly done: Done }
  | { readonly fault: Fault }
)

type Fault =
  | {
      readonly kind: 'abort'
      readonly code: AbortCode
      readonly culprit: ProtocolAbort['culprit']
      readonly field: string | undefined
    }
  | {
      readonly kind: 'decode'
      readonly code: DecodeError['code']
      readonly field: string
      readonly expected: string
    }
  | { readonly kind: 'usage' | 'other'; readonly message: string }

/** An error of a kind that a copy would forget. */
export function faultOf(error: unknown): Fault {
  if (error instanceof ProtocolAbort) {
    const { code, culprit, field } = error
    return { kind: 'abort', code, culprit, field }
  }
  if (error instanceof DecodeError) {
    const { code, field, message } = error
    return { kind: 'decode', code, field, expected: message.slice(`${field}: expected `.length) }
  }
  const message = error instanceof Error ? error.message : String(error)
  return { kind: error instanceof UsageError ? 'usage' : 'other', message }
}

export function errorOf(fault: Fault): Error {
  switch (fault.kind) {
    case 'abort':
      return new ProtocolAbort(fault.code, fault.culprit, fault.field)
    case 'decode':
      return new DecodeError(fault.code, fault.field, fault.expected)
    case 'usage':
      return new UsageError(fault.message)
    case 'other':
      return new CeremonyError(fault.message)
  }
}

/** A secret that is to move: a copy with memory of its own. */
export function moving(secret: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(secret)
}
