/** What the daemon and the process that holds a PKCS#11 library say to each other. */
import * as z from 'zod'
import { decodeRow, encodeRow } from '../../../core/encoding.ts'
import type { KeyWrapErrorCode } from '../../../ports/key-wrap.ts'

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array)
const cipher = z.enum(['gcm', 'cbc-hmac'])
const token = z.strictObject({ label: z.string(), serial: z.string() })
const key = z.strictObject({ module: z.string(), token, id: bytes, cipher })

const Call = z.discriminatedUnion('call', [
  z.strictObject({ call: z.literal('tokens'), module: z.string() }),
  z.strictObject({
    call: z.literal('make'),
    module: z.string(),
    token,
    pin: bytes,
    cipher: cipher.optional(),
  }),
  /** The key that the next calls use. A process opens one. */
  z.strictObject({ call: z.literal('open'), key, pin: bytes }),
  z.strictObject({ call: z.literal('wrap'), key: bytes, context: bytes }),
  z.strictObject({ call: z.literal('unwrap'), wrapped: bytes, context: bytes }),
])
export type Call = z.infer<typeof Call>

const codes = [
  'sealed',
  'wrong-pin',
  'locked',
  'gone',
  'key-missing',
  'other-boot',
  'unsafe',
  'failed',
] as const satisfies readonly KeyWrapErrorCode[]

const Answer = z.strictObject({
  bytes: bytes.optional(),
  key: key.optional(),
  tokens: z.array(token.extend({ canSeal: z.boolean() })).optional(),
  error: z.strictObject({ code: z.enum(codes), message: z.string() }).optional(),
})
export type Answer = z.infer<typeof Answer>

const Asked = z.strictObject({ id: z.int(), call: Call })
const Answered = z.strictObject({ id: z.int(), answer: Answer })

export const encodeCall = (id: number, call: Call): Uint8Array => encodeRow(Asked, { id, call })
export const decodeCall = (body: Uint8Array): z.infer<typeof Asked> => decodeRow(Asked, body)
export const encodeAnswer = (id: number, answer: Answer): Uint8Array =>
  encodeRow(Answered, { id, answer })
export const decodeAnswer = (body: Uint8Array): z.infer<typeof Answered> =>
  decodeRow(Answered, body)

/** The number of the first answer: the process is there. */
export const READY = 0
