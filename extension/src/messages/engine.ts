/**
 * What the background asks of the engine, which holds this machine's shares: in an offscreen document
 * on Chromium, in the same page on Firefox. Between contexts the values travel packed
 * (wire-json.ts).
 */
import type { Explanation, Network, SignIn, Warning } from '@tandem/chains'
import * as z from 'zod'
import type { AssetView, NodeCalls } from './nodes.ts'
import type { LockCalls } from './passkey-lock.ts'
import type { Proof } from './proof.ts'
import type { CosignerCalls } from './cosigner.ts'

export type AccountView = {
  /** CAIP-2. */
  readonly chain: string
  readonly number: number
  /** CAIP-10. */
  readonly id: string
  readonly addresses: readonly {
    readonly type: 'evm' | 'p2wpkh' | 'p2tr' | 'solana'
    readonly address: string
    readonly publicKey: Uint8Array
  }[]
}

const address = z.string()

/** Where the wallet of this browser stands. */
export const EngineState = z.strictObject({
  lock: z.enum(['none', 'locked', 'open']),
  cosigner: z.discriminatedUnion('state', [
    z.strictObject({ state: z.literal('none') }),
    z.strictObject({ state: z.literal('connecting'), address }),
    z.strictObject({
      state: z.literal('away'),
      address,
      since: z.number(),
      /** It runs, and cannot open its shares now. */
      isLocked: z.literal(true).exactOptional(),
    }),
    z.strictObject({
      state: z.literal('ready'),
      address,
      version: z.string(),
      roundTripMs: z.number(),
    }),
    z.strictObject({ state: z.literal('fault'), address, code: z.string() }),
  ]),
  /** `making`: its keys are being made now. */
  wallet: z.enum(['none', 'making', 'untested', 'ready']),
  /** Of a locked wallet, after wrong passwords: when the next one is looked at. */
  nextTryAt: z.number().exactOptional(),
})
export type EngineState = z.infer<typeof EngineState>

/** One request, whatever it came from. */
export type Intended = {
  /** 16 bytes, in hex: one intent of one person. */
  readonly requestId: string
  /** CAIP-2. */
  readonly chain: string
  readonly account: number
  readonly payload: Uint8Array
  readonly origin?: string
  readonly replaces?: string
  /** For reading only. Absent: nobody looked, and nothing is said of whom it goes to. */
  readonly known?: Known
}

/** Whom the wallet knows on one chain, by address as the chain writes it. */
export type Known = {
  readonly contacts: readonly { readonly address: string; readonly name: string }[]
  /** Whom it has paid, and how often. */
  readonly paid: readonly { readonly address: string; readonly times: number }[]
}

/** What a request does, as this machine read it. */
export type Explained = {
  readonly explanation: Explanation
  readonly warnings: readonly Warning[]
  /** Of exactly what would be signed, in hex: an approval names it. */
  readonly hash: string
  /** What the wallet knows beside the bytes: it can only add worry. */
  readonly concerns: readonly Concern[]
  /** Parties of the request that the wallet knows, by address as the chain writes it. */
  readonly parties: Readonly<Record<string, PartyView>>
  /** Why this machine signs it in no case. Absent: it may. */
  readonly refusal?: Refusal
  readonly preview?: Preview
  /** What inclusion costs now, and which of it was taken. Absent: it is not ours to choose. */
  readonly fees?: FeeChoice
  /** The network, also one that is in no list. */
  readonly network?: Network
  /** Tokens by CAIP-19, as their own contracts say. */
  readonly assets?: Readonly<Record<string, AssetView>>
  /** What the account holds of what leaves it, by CAIP-19. */
  readonly held?: Readonly<Record<string, bigint>>
}

/** What another look at the same request shows: at an address, at a balance, at a site. */
export type Concern = {
  readonly code:
    | 'new-address'
    | 'twin'
    | 'almost-all'
    | 'would-fail'
    | 'loses-more'
    | 'plain-spender'
    | 'insecure-site'
    | 'new-site'
  readonly level: 'check' | 'high'
  /** An address or an asset; of a `twin` the contact that is imitated. */
  readonly subject?: string
}

export type PartyView = {
  readonly kind: 'own' | 'contact' | 'listed'
  readonly name: string
  /** How often the wallet has paid it. Absent: never. */
  readonly paid?: number
}

export type Refusal =
  | { readonly code: 'sign-in'; readonly mismatches: readonly string[]; readonly domain: string }
  | { readonly code: 'chain'; readonly wants: string; readonly is: string }
  | { readonly code: 'unreadable' | 'hidden-accounts' | 'amounts' }

/** What the person's own node says would happen. */
export type Preview =
  | {
      readonly kind: 'changes'
      readonly block: bigint
      readonly changes: readonly { readonly asset: string; readonly amount: bigint }[]
    }
  | { readonly kind: 'fails'; readonly reason: string }
  | { readonly kind: 'none'; readonly reason: string }

export type FeeChoice = {
  readonly tiers: Readonly<Record<'slow' | 'normal' | 'fast', bigint>>
  /** In base units of the native asset, as `tiers` are. */
  readonly most: bigint
  readonly chosen: 'slow' | 'normal' | 'fast' | 'own'
  /** Bitcoin: satoshi for each virtual byte, by tier. */
  readonly rates?: Readonly<Record<'slow' | 'normal' | 'fast', bigint>>
}

export type VerdictView = {
  readonly decision: 'allow' | 'needs-factor' | 'deny'
  readonly rule: string
  /** As the co-signer wrote it. */
  readonly detail: unknown
  readonly expiresAt: number
  /** What a passkey signs as a second factor, where one is asked for. */
  readonly challenge?: Uint8Array
}

export type SignedView =
  | {
      readonly type: 'transaction'
      readonly id: string
      readonly raw: Uint8Array
      /** Bitcoin: with every input final; and with our signatures, for others to make final. */
      readonly psbt?: Uint8Array
      readonly unfinalized?: Uint8Array
    }
  | {
      readonly type: 'transactions'
      readonly transactions: readonly { readonly id: string; readonly raw: Uint8Array }[]
    }
  | { readonly type: 'partial'; readonly raw: Uint8Array; readonly unfinalized?: Uint8Array }
  | { readonly type: 'signature'; readonly signature: Uint8Array }

/** `handed`: under which the secret of the passkey is taken (handed-over.ts). */
export type UnlockBy =
  | { readonly password: string }
  | { readonly session: string }
  | { readonly passkey: Uint8Array; readonly handed: string }

/** What the engine does. Every method may throw an {@link EngineError}. */
export type Engine = CosignerCalls &
  LockCalls &
  NodeCalls & {
    state(): Promise<EngineState>
    isOpen(): Promise<boolean>
    /** Keeps what was paired under a password. */
    create(password: string): Promise<void>
    /** @returns what keeps it open for this session. */
    unlock(by: UnlockBy): Promise<string>
    lock(): Promise<void>
    /** The first step of a new wallet. @returns what keeps it open for this session. */
    pair(link: string): Promise<string>
    /** This machine's half of a recovery phrase: drawn, and nowhere kept. */
    drawWords(): Promise<string>
    /** `words` absent: a wallet that no phrase brings back. */
    makeWallet(words: string | undefined): Promise<void>
    /** Waits for the keys that are being made, if any are. */
    joinMaking(): Promise<void>
    accounts(chains: readonly string[], numbers: readonly number[]): Promise<AccountView[]>
    read(intended: Intended): Promise<Explained>
    ask(intended: Intended): Promise<VerdictView>
    /**
     * Signs what was approved. The same request again joins the first, or is answered with what came of
     * it: there is one signature of it however often it is asked for.
     */
    sign(intended: Intended): Promise<SignedView>
    /** Shows a second factor for a verdict that asked for one. */
    prove(intended: Intended, proof: Proof): Promise<VerdictView>
    cancel(requestId: string): Promise<void>
    /**
     * Ends a signature that is under way: `sign` fails with `stopped`.
     *
     * @returns whether it ended. Not once this machine's last part has left.
     */
    stop(requestId: string): Promise<boolean>
    /** An unsigned request that does what a site or a person wants, with fees and numbers filled in. */
    build(chain: string, account: number, what: Build): Promise<Uint8Array>
    /**
     * Sends it. Several are sent in order, up to the first that the network does not take.
     *
     * @returns the id of the last one that was sent. @throws when none was.
     */
    submit(chain: string, signed: SignedView): Promise<string>
    /**
     * Whether a request can still reach the chain, as the chosen node knows: Solana's live as long as
     * their blockhash, a minute or so.
     */
    isCurrent(intended: Pick<Intended, 'chain' | 'account' | 'payload'>): Promise<boolean>
    /** EVM: whose signature of a message it is (`personal_ecRecover`). */
    signerOf(message: Uint8Array, signature: Uint8Array): Promise<string>
  }

/** The fields of a sign-in, by their names in the standard. */
export type SignInInput = Omit<SignIn, 'kind' | 'standard' | 'scheme'>

export type Build =
  | {
      readonly kind: 'transfer'
      readonly asset: string
      readonly to: string
      readonly amount: bigint | 'max'
      readonly tier: 'slow' | 'normal' | 'fast'
      /** Bitcoin: satoshi for each virtual byte, instead of the tier. */
      readonly rate?: bigint
    }
  /** EVM: fields as a site gave them. */
  | {
      readonly kind: 'evm'
      readonly fields: Readonly<Record<string, unknown>>
      readonly tier?: 'slow' | 'normal' | 'fast'
      /** Of an approval: what the spender may take, instead of what the site wrote. */
      readonly limit?: bigint
    }
  /** EVM: several transactions of one account, one after the other (EIP-5792). */
  | { readonly kind: 'calls'; readonly calls: readonly Readonly<Record<string, unknown>>[] }
  /** EVM: another transaction in the place of one that waits. */
  | { readonly kind: 'instead'; readonly of: Uint8Array; readonly how: 'faster' | 'cancel' }
  /** Bitcoin: the same, by the transaction's own id. */
  | {
      readonly kind: 'bump'
      readonly id: string
      readonly how: 'faster' | 'cancel'
      /** Absent: the fastest. */
      readonly tier?: 'slow' | 'normal' | 'fast'
      readonly rate?: bigint
    }
  /** `address` where an account has several, and the chain's messages name one. */
  | { readonly kind: 'message'; readonly bytes: Uint8Array; readonly address?: string }
  /** EVM: EIP-712, as JSON. */
  | { readonly kind: 'typed-data'; readonly version: 'v3' | 'v4'; readonly json: string }
  /** Bitcoin: several are paid at once. */
  | {
      readonly kind: 'payments'
      readonly recipients: readonly { readonly to: string; readonly amount: bigint }[]
      readonly tier: 'slow' | 'normal' | 'fast'
      readonly rate?: bigint
    }
  /** Bitcoin: a PSBT; Solana: a transaction with our signature still empty. */
  | {
      readonly kind: 'transaction'
      readonly bytes: Uint8Array
      /** Bitcoin: the inputs to sign, and of which address each is said to be. Absent: all of ours. */
      readonly inputs?: readonly { readonly index: number; readonly address?: string }[]
      /** It goes to the network afterwards, so nobody else's signature may be missing. */
      readonly sends?: boolean
    }
  /** Solana: several that are approved at once, each of them complete but for our signature. */
  | { readonly kind: 'transactions'; readonly transactions: readonly Uint8Array[] }
  /** Solana: a text that says of itself that it is no transaction; `signers` in Base58. */
  | {
      readonly kind: 'off-chain-message'
      readonly text: string
      readonly signers: readonly string[]
    }
  /** Solana: Sign-In With Solana, as a site wants it, with the domain and address filled in. */
  | { readonly kind: 'sign-in'; readonly input: SignInInput }

/** What the engine tells without being asked. */
export const EngineEvent = z.discriminatedUnion('event', [
  // What a node added to an answer of `read`: the same request, with more to know of it.
  z.strictObject({
    event: z.literal('looked'),
    requestId: z.string(),
    explained: z.custom<Explained>((value) => typeof value === 'object' && value !== null),
  }),
  z.strictObject({ event: z.literal('state'), state: EngineState }),
  // The co-signer decided on something that it was asked before: its person agreed on its own machine.
  z.strictObject({
    event: z.literal('verdict'),
    requestId: z.string(),
    verdict: z.custom<VerdictView>((value) => typeof value === 'object' && value !== null),
  }),
  z.strictObject({ event: z.literal('making'), step: z.string() }),
  z.strictObject({
    // How it moves, or the name of a message of it that crossed: F1 to F4, S1, S2.
    event: z.literal('phase'),
    requestId: z.string(),
    index: z.int(),
    phase: z.string(),
    at: z.number(),
  }),
])
export type EngineEvent = z.infer<typeof EngineEvent>

/** A failure with a code that the screens have words for. Its message is for a log. */
export class EngineError extends Error {
  override readonly name = 'EngineError'
  readonly code: string

  constructor(code: string, message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}
