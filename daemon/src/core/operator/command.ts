/** What the command line can ask of a daemon. */
import * as z from 'zod'

/** A prefix of an id in hex, as a person types it. */
const prefix = z.string().regex(/^[0-9a-f]{4,64}$/)

/** Of an authenticator app. */
const sixDigits = z.string().regex(/^[0-9]{6}$/)

/** A part of a long list: the last answer says where it goes on. */
const page = {
  after: z
    .string()
    .regex(/^([0-9a-f]{2})+$/)
    .max(256)
    .optional(),
  /** 100. */
  limit: z.int().min(1).max(500).optional(),
}

const Page = z.strictObject(page)
export type Page = z.infer<typeof Page>

/** A secret comes after the line of its command, in so many bytes: no string is made of it. */
const Following = z.int().min(0).max(768)

export const Command = z.discriminatedUnion('command', [
  z.strictObject({ command: z.literal('status') }),
  /** With the PIN or passphrase. `anew`: a counter that is lost begins anew, and every wallet is set back. */
  z.strictObject({
    command: z.literal('unseal'),
    secret: Following,
    anew: z.boolean().exactOptional(),
  }),
  /** `words`: the caller is a terminal that can show half a recovery phrase. */
  z.strictObject({ command: z.literal('pair'), words: z.boolean() }),
  /** Shows half a recovery phrase when the next wallet is made. */
  z.strictObject({ command: z.literal('words') }),
  z.strictObject({ command: z.literal('devices'), ...page }),
  z.strictObject({ command: z.literal('revoke'), device: prefix }),
  z.strictObject({ command: z.literal('wallets'), ...page }),
  z.strictObject({ command: z.literal('pending'), ...page }),
  /** Every request that waits, also those to come, until the caller hangs up. */
  z.strictObject({ command: z.literal('watch') }),
  z.strictObject({ command: z.literal('approve'), request: prefix }),
  z.strictObject({ command: z.literal('deny'), request: prefix }),
  z.strictObject({
    command: z.literal('log'),
    from: z.int().min(1),
    limit: z.int().min(1).max(500),
  }),
  /** Allows the device of a wallet, once, to make new shares or a new setup for ECDSA with us. */
  z.strictObject({
    command: z.literal('rotate'),
    wallet: prefix,
    what: z.enum(['shares', 'setup']),
    /** Also where it leads nowhere, as far as is known here. */
    anyway: z.boolean().exactOptional(),
  }),
  z.strictObject({ command: z.literal('verify') }),
  /** Adds the log up anew, and puts what it comes to in the place of what lists are read from. */
  z.strictObject({ command: z.literal('rebuild') }),
  /** With a passphrase. */
  z.strictObject({ command: z.literal('backup'), secret: Following }),
  /** The backup that was made last lies where the person wanted it. */
  z.strictObject({ command: z.literal('backup-kept'), digest: z.hex().length(64) }),
  z.strictObject({ command: z.literal('examine') }),
  z.strictObject({ command: z.literal('factors') }),
  /** Draws a secret for an authenticator app, which counts once it is confirmed. */
  z.strictObject({ command: z.literal('factor-propose'), code: sixDigits.exactOptional() }),
  z.strictObject({
    command: z.literal('factor-confirm'),
    code: sixDigits,
  }),
  z.strictObject({ command: z.literal('factor-remove'), passkey: prefix }),
  /** `lost`: without a code, after a wait. */
  z.strictObject({
    command: z.literal('app-remove'),
    code: sixDigits.exactOptional(),
    lost: z.boolean().exactOptional(),
  }),
  /** It was not lost. */
  z.strictObject({ command: z.literal('app-keep') }),
  /** A passkey that a device has offered. */
  z.strictObject({ command: z.literal('factor-accept'), passkey: prefix }),
  z.strictObject({ command: z.literal('policy') }),
  /** What a policy (TOML) would change. */
  z.strictObject({ command: z.literal('policy-compare'), text: z.string() }),
  /** Puts it in the place of the one that the person has seen, by its hash. */
  z.strictObject({
    command: z.literal('policy-set'),
    text: z.string(),
    over: z.string().regex(/^[0-9a-f]{64}$/),
    code: sixDigits.exactOptional(),
  }),
  z.strictObject({ command: z.literal('policy-cancel') }),
  z.strictObject({ command: z.literal('networks') }),
  /** `own`: what a person says of a network that is in no list. */
  z.strictObject({
    command: z.literal('network-add'),
    chain: z.string().max(64),
    own: z
      .strictObject({
        name: z.string().min(1).max(64),
        symbol: z.string().min(1).max(11),
        test: z.boolean(),
      })
      .exactOptional(),
    code: sixDigits.exactOptional(),
  }),
  z.strictObject({ command: z.literal('network-remove'), chain: z.string().max(64) }),
  z.strictObject({ command: z.literal('explain'), request: prefix }),
  /** A request that nobody has asked. */
  z.strictObject({
    command: z.literal('explain-payload'),
    chain: z.string().max(64),
    account: z.string().max(128),
    payload: z.string().regex(/^(?:[0-9a-f]{2})+$/),
    origin: z.string().max(300).exactOptional(),
  }),
])
export type Command = z.infer<typeof Command>
