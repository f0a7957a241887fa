/**
 * What the command line and the daemon say to each other over the control socket: one JSON object a
 * line. A connection is one command, any number of events, and one answer or error.
 *
 * Bytes are hex, times ISO 8601.
 */
import * as z from 'zod'
import { factors } from '../policy/policy.ts'

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

/** What a caller says after its command: whether the person knew the words. */
export const Reply = z.strictObject({ reply: z.literal('words'), known: z.boolean() })

const time = z.iso.datetime()

/** Why the daemon is sealed: the codes of a {@link KeyWrapError}, or `counter-` and those of a {@link CounterError}. */
const Sealed = z.strictObject({ code: z.string(), message: z.string() })

export const Status = z.strictObject({
  version: z.string(),
  folder: z.string(),
  /** How its secrets are sealed. */
  sealing: z.string(),
  /** Absent: it is unsealed. */
  sealed: Sealed.optional(),
  /** Absent while it is sealed. */
  open: z
    .strictObject({
      address: z.string(),
      /** Of its identity. */
      key: z.string(),
      devices: z.int(),
      wallets: z.int(),
      pending: z.int(),
      entries: z.int(),
    })
    .optional(),
})
export type Status = z.infer<typeof Status>

export const DeviceView = z.strictObject({
  id: z.string(),
  name: z.string(),
  pairedAt: time,
  revokedAt: time.optional(),
})
export type DeviceView = z.infer<typeof DeviceView>
/** Where a list goes on; absent at its end. */
const next = { next: z.string().optional() }
export const Devices = z.strictObject({ devices: z.array(DeviceView), ...next })
export type Devices = z.infer<typeof Devices>

export const WalletView = z.strictObject({
  id: z.string(),
  device: z.string(),
  /**
   * - `making`    both sides have not certified it yet
   * - `untested`  not every key has signed
   * - `set-back`  the store was an older copy: nothing is signed before its shares are new
   * - `lost`      the same, and its device came with shares that are newer
   */
  state: z.enum(['making', 'untested', 'ready', 'set-back', 'lost', 'revoked']),
  generation: z.int().optional(),
  createdAt: time,
  /** The first address on each chain that is set up; none before the wallet is ready. */
  addresses: z.array(z.strictObject({ chain: z.string(), name: z.string(), address: z.string() })),
})
export type WalletView = z.infer<typeof WalletView>
export const Wallets = z.strictObject({ wallets: z.array(WalletView), ...next })
export type Wallets = z.infer<typeof Wallets>

/** A request that waits for a second factor, as it was read here from its own bytes. */
export const Pending = z.strictObject({
  id: z.string(),
  wallet: z.string(),
  chain: z.string(),
  network: z.string(),
  account: z.string(),
  /** What the device says: its word. */
  origin: z.string().optional(),
  at: time,
  until: time,
  level: z.enum(['routine', 'check', 'high', 'unreadable']),
  warnings: z.array(z.strictObject({ level: z.string(), code: z.string(), text: z.string() })),
  /** What it does, one sentence a step. */
  does: z.array(z.string()),
  /** What stands beside the sentences, in full. */
  facts: z.array(z.strictObject({ name: z.string(), value: z.string() })),
  rule: z.string(),
  reason: z.string(),
})
export type Pending = z.infer<typeof Pending>
export const PendingList = z.strictObject({ pending: z.array(Pending), ...next })
export type PendingList = z.infer<typeof PendingList>

export const Decided = z.strictObject({
  id: z.string(),
  decision: z.enum(['allow', 'needs-factor', 'deny']),
  rule: z.string(),
  reason: z.string(),
})
export type Decided = z.infer<typeof Decided>

export const Entry = z.strictObject({
  place: z.int(),
  at: time,
  type: z.string(),
  hash: z.string(),
  /** The event in full; what a person reads of it is {@link Entry.text}. */
  event: z.record(z.string(), z.json()),
  text: z.string(),
})
export type Entry = z.infer<typeof Entry>
export const Entries = z.strictObject({ length: z.int(), entries: z.array(Entry) })

export const Verified = z.strictObject({
  entries: z.int(),
  rows: z.int(),
  checkpoints: z.int(),
  root: z.string(),
})
export type Verified = z.infer<typeof Verified>

/** A backup in the folder of the co-signer, for the caller to move away. */
export const BackupMade = z.strictObject({
  path: z.string(),
  at: time,
  /** Of the log. */
  entries: z.int(),
  /** SHA-256 of the file. */
  digest: z.string(),
})
export type BackupMade = z.infer<typeof BackupMade>

export const Examined = z.strictObject({
  /** When the last one was made. */
  backup: time.optional(),
  /** Whether every share is in it. */
  isComplete: z.boolean(),
  wallets: z.int(),
  /** How many of them sign nothing before their shares are new. */
  setBack: z.int(),
  /** How many of these never will: their devices have newer ones. */
  lost: z.int(),
  pid: z.int(),
  /** Milliseconds that its clock moved otherwise than time passed, since it started; sleep counts. */
  moved: z.int(),
  sqlite: z.string(),
  synchronous: z.string(),
})
export type Examined = z.infer<typeof Examined>

export const Rebuilt = z.strictObject({
  rows: z.int(),
  differ: z.int(),
  /** The first that differ. */
  names: z.array(z.string()),
  /** Another hand changed some. */
  damaged: z.boolean(),
})
export type Rebuilt = z.infer<typeof Rebuilt>

export const Paired = z.strictObject({ device: z.string(), wallet: z.string().optional() })
export type Paired = z.infer<typeof Paired>
export const Done = z.strictObject({ done: z.boolean() })
export type Done = z.infer<typeof Done>

/** What a caller hears before the answer. */
export const Event = z.discriminatedUnion('event', [
  z.strictObject({ event: z.literal('link'), link: z.string(), until: time }),
  z.strictObject({ event: z.literal('wrong-try'), left: z.int() }),
  z.strictObject({ event: z.literal('paired'), device: DeviceView }),
  /** Half a recovery phrase, for the person's eyes; a {@link Reply} must follow. */
  z.strictObject({ event: z.literal('words'), words: z.string() }),
  /** They are of no use any more: off the screen with them. */
  z.strictObject({ event: z.literal('words-ended') }),
  z.strictObject({ event: z.literal('wallet'), wallet: z.string() }),
  z.strictObject({ event: z.literal('pending'), pending: Pending }),
])
export type Event = z.infer<typeof Event>

export const Removal = z.strictObject({ done: z.boolean(), at: time.exactOptional() })
export type Removal = z.infer<typeof Removal>

export const FactorList = z.strictObject({
  /** When the app is removed that somebody has lost. */
  appLeaves: time.exactOptional(),
  factors: z.array(z.enum(factors)),
  passkeys: z.array(
    z.strictObject({ id: z.string(), name: z.string(), at: time, accepted: z.boolean() }),
  ),
})
export type FactorList = z.infer<typeof FactorList>

const PolicyWords = { hash: z.string(), text: z.string() }

export const PolicyView = z.strictObject({
  version: z.int(),
  ...PolicyWords,
  since: time,
  /** Another one, and when it takes its place if the co-signer runs until then. */
  waiting: z.strictObject({ ...PolicyWords, at: time }).exactOptional(),
})
export type PolicyView = z.infer<typeof PolicyView>

export const PolicyChange = z.strictObject({
  /** Of the policy that it would replace. */
  over: z.string(),
  /** Only its words are others. */
  isSame: z.boolean(),
  remarks: z.array(z.strictObject({ rule: z.string().exactOptional(), text: z.string() })),
  differences: z.array(z.string()),
  asksCode: z.boolean(),
  /** How long it would wait; 0 while there is no wallet. */
  waitsMs: z.int(),
})
export type PolicyChange = z.infer<typeof PolicyChange>

const verdict = z.enum(['allow', 'needs-factor', 'deny'])

/** What each rule finds in a request now. Amounts are base units. */
export const Explained = z.strictObject({
  request: z.string().exactOptional(),
  /** What was decided when it was asked. */
  before: z.strictObject({ state: z.string(), rule: z.string() }).exactOptional(),
  chain: z.string(),
  account: z.string(),
  does: z.array(z.string()),
  acts: z.array(
    z.strictObject({
      kind: z.string(),
      asset: z.string().exactOptional(),
      amount: z.string().exactOptional(),
    }),
  ),
  rules: z.array(
    z.strictObject({
      rule: z.string(),
      findings: z.array(
        z.strictObject({
          says: verdict,
          /** The act that it is about, by its place. */
          act: z.int().exactOptional(),
          text: z.string(),
          asset: z.string().exactOptional(),
          limit: z.string().exactOptional(),
          used: z.string().exactOptional(),
          left: z.string().exactOptional(),
        }),
      ),
    }),
  ),
  decision: verdict,
  rule: z.string(),
  text: z.string(),
  accepts: z.array(z.enum(factors)).exactOptional(),
})
export type Explained = z.infer<typeof Explained>

/** `otpauth://totp/…`: a secret. */
export const AppLink = z.strictObject({ link: z.string() })

export const errorCodes = [
  'sealed',
  'unknown-command',
  'not-found',
  'ambiguous',
  'over',
  'wrong-secret',
  'locked',
  'damaged',
  'refused',
  'internal',
] as const
export type ErrorCode = (typeof errorCodes)[number]

/** One line from the daemon. */
export const Line = z.union([
  Event,
  z.strictObject({ answer: z.unknown() }),
  z.strictObject({ error: z.enum(errorCodes), message: z.string() }),
])
