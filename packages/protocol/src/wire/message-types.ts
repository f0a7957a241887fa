/** A message's number on the wire, and the most bytes that its body may have. */
type Entry = { readonly code: number; readonly maxLength: number }

const KIB = 1024

/** No message is longer, whatever its type. */
export const MAX_MESSAGE = 1024 * KIB

/**
 * Flow messages are the fixed layouts of PROTOCOL.md; those of signing have one length, those of a
 * ceremony at most this one (16 holders, three suites, t = 16). The others are the CBOR of
 * messages.ts.
 */
export const messageTypes = {
  hello: { code: 0x01, maxLength: 40 * KIB },
  request: { code: 0x02, maxLength: MAX_MESSAGE },
  verdict: { code: 0x03, maxLength: 8 * KIB },
  cancel: { code: 0x04, maxLength: 256 },
  abort: { code: 0x05, maxLength: 256 },
  query: { code: 0x06, maxLength: 256 },
  result: { code: 0x07, maxLength: 256 },
  receipt: { code: 0x08, maxLength: 256 },
  propose: { code: 0x09, maxLength: 72 * KIB },
  agree: { code: 0x0a, maxLength: 256 },
  refuse: { code: 0x0b, maxLength: 256 },
  'dkg-abort': { code: 0x0c, maxLength: 256 },
  'dkg-ack': { code: 0x0d, maxLength: 256 },
  'pair-rekey': { code: 0x0e, maxLength: 256 },
  factor: { code: 0x0f, maxLength: 8 * KIB },
  audit: { code: 0x50, maxLength: 256 },
  checkpoint: { code: 0x51, maxLength: 4 * KIB },
  enrol: { code: 0x52, maxLength: 8 * KIB },
  enrolment: { code: 0x53, maxLength: 256 },
  policy: { code: 0x54, maxLength: 130 * KIB },
  inspect: { code: 0x55, maxLength: 256 },
  inspection: { code: 0x56, maxLength: 24 * KIB },

  // ECDSA, two parties.
  F1: { code: 0x10, maxLength: 10_864 },
  F2: { code: 0x11, maxLength: 51_028 },
  F3: { code: 0x12, maxLength: 40_292 },
  F4: { code: 0x13, maxLength: 65 },
  // ECDSA, more parties.
  R1: { code: 0x14, maxLength: 10_864 },
  R2: { code: 0x15, maxLength: 40_228 },
  R3: { code: 0x16, maxLength: 96 },

  // FROST, two parties.
  S1: { code: 0x20, maxLength: 98 },
  S2: { code: 0x21, maxLength: 98 },

  // Key ceremonies: the star of two, then the general rounds.
  G1: { code: 0x30, maxLength: 64 },
  G2: { code: 0x31, maxLength: 17 * KIB },
  G3: { code: 0x32, maxLength: 72 * KIB },
  G4: { code: 0x33, maxLength: 56 * KIB },
  G5: { code: 0x34, maxLength: 64 },
  D1: { code: 0x38, maxLength: 64 },
  D2: { code: 0x39, maxLength: 18 * KIB },
  D3: { code: 0x3a, maxLength: 56 * KIB },
  D4: { code: 0x3b, maxLength: 64 },

  // RE-OT: nonces, both base OTs, certificates.
  N1: { code: 0x40, maxLength: 12_416 },
  N2: { code: 0x41, maxLength: 12_416 },
  N3: { code: 0x42, maxLength: 12_416 },
  N4: { code: 0x43, maxLength: 12_416 },
  N5: { code: 0x44, maxLength: 12_416 },
} as const satisfies Record<string, Entry>

export type MessageType = keyof typeof messageTypes

/** Every message type there is. */
export const allMessageTypes: readonly MessageType[] =
  Object.keys(messageTypes).filter(isMessageType)

function isMessageType(name: string): name is MessageType {
  return Object.hasOwn(messageTypes, name)
}
