/** What a person is asked, from the moment it came until it is over. */
import type { AccountView, Build, Explained, SignedView, VerdictView } from './engine.ts'
import type { Family } from './page-channel.ts'

export type Approval = {
  /** 16 bytes in hex. It stays while fee, number or limit are edited. */
  readonly id: string
  /** Absent: the person asked, on a screen of the wallet. */
  readonly site?: SiteView
  readonly at: number
  /** After this nobody may approve it any more. */
  readonly expiresAt: number
  /** The browser stopped the worker meanwhile, and this was read again: `q.worker`. */
  readonly resumed?: true
  readonly question: Question
  readonly state: ApprovalState
}

/** Who asks, as the browser says it. `before`, `registrable` and `after` make up the host. */
export type SiteView = {
  readonly origin: string
  readonly before: string
  /** The part that somebody registered and paid for, which stands out. */
  readonly registrable: string
  /** The port, where it is not the scheme's own. */
  readonly after: string
  /** When it was connected first. Absent: never. */
  readonly since?: number
  /** The name of a connected site that this one could be taken for, and is not. */
  readonly alike?: string
  /** Anybody may have a name under this one: `vercel.app`. */
  readonly shared?: string
}

export type Question =
  | ConnectQuestion
  | SignQuestion
  | NetworkQuestion
  | AssetQuestion
  | UnlockQuestion

export type ConnectQuestion = {
  readonly kind: 'connect'
  readonly family: Family
  readonly chain: string
  /** All of the wallet; the person picks. */
  readonly accounts: readonly AccountView[]
}

export type SignQuestion = {
  readonly kind: 'sign'
  /** 16 bytes in hex: another one after each edit. */
  readonly requestId: string
  /** The request, signed already, in whose stead this one stands: a speed-up, or a cancellation. */
  readonly replaces?: string
  readonly chain: string
  readonly account: number
  readonly payload: Uint8Array
  /** What it was built from, where it can be built again. */
  readonly build?: Build
  /** What happens after the click: it is given to the site, or sent to the network. */
  readonly goesTo: 'site' | 'network'
}

/** A network is added, or used on one site from now on. */
export type NetworkQuestion = {
  readonly kind: 'network'
  readonly change: 'add' | 'use'
  readonly network: NetworkView
  /** CAIP-2 of what the site used before. */
  readonly from?: string
  /** Adding: the node that the site names, and what it answered. */
  readonly node?: { readonly url: string; readonly ms: number }
}

export type NetworkView = {
  /** CAIP-2. */
  readonly id: string
  readonly name: string
  readonly symbol: string
  readonly decimals: number
  readonly explorer?: string
  /** Its name or coin is one of a listed network's. */
  readonly clashes?: string
}

/** EIP-747: a token is shown with the others from now on. */
export type AssetQuestion = {
  readonly kind: 'asset'
  /** CAIP-19. */
  readonly asset: string
  readonly symbol: string
  readonly decimals: number
  readonly held: bigint
  /** A listed token has this symbol, at another contract. */
  readonly clashes?: string
}

/** A site asks while the wallet is locked: what it asks is read as soon as it is not. */
export type UnlockQuestion = { readonly kind: 'unlock' }

export type ApprovalState =
  | { readonly at: 'reading' }
  /** The wallet is locked. Nothing but who asks is shown. */
  | { readonly at: 'locked' }
  | {
      readonly at: 'shown'
      /** Of a request to sign. */
      readonly explained?: Explained
      /** Absent while the co-signer is asked. */
      readonly verdict?: VerdictView
      /** Why there is no verdict: a code. */
      readonly trouble?: string
      /** What became of the last second factor that was shown. */
      readonly proof?: 'checking' | 'wrong'
    }
  | {
      readonly at: 'signing'
      readonly explained: Explained
      readonly phases: readonly Phase[]
      /** When the person clicked. */
      readonly since: number
      /** It was interrupted, and the co-signer is asked what became of it: `sig.unknown`. */
      readonly resumed?: true
    }
  /** Signed; where it goes to the network, sent, too. Stays until it is dismissed. */
  | {
      readonly at: 'done'
      readonly explained?: Explained
      readonly signed?: SignedView
      readonly id?: string
      readonly phases?: readonly Phase[]
      /** When the person clicked. */
      readonly since?: number
    }
  | {
      readonly at: 'failed'
      /** `expired`: nobody decided in time, or what it was built on is too old. */
      readonly code: string
      /** What is true of the person's money: one of the four sentences. */
      readonly money: 'not-signed' | 'not-sent' | 'signed-not-sent' | 'sent'
      readonly explained?: Explained
      /** Of what was signed and not sent: it can be sent again. */
      readonly signed?: SignedView
      /** It can be tried again without harm. */
      readonly again: boolean
      /** Of a signature that was begun: how far it came. */
      readonly phases?: readonly Phase[]
      /** When the person clicked. */
      readonly since?: number
    }
  | { readonly at: 'rejected' }

/** How a signature moves, or the name of a message of it that crossed: F1 to F4, S1, S2. */
export type Phase = { readonly index: number; readonly phase: string; readonly at: number }

/** What the person decided, about what they were shown. */
export type Decision =
  | { readonly approve: false }
  /** `hash` of what was on the screen: another one is refused. `accounts` of a connection. */
  | { readonly approve: true; readonly hash?: string; readonly accounts?: readonly number[] }

/** What the person changes before they decide: it becomes a new request with a new verdict. */
export type Edit =
  | { readonly tier: 'slow' | 'normal' | 'fast' }
  /** A family's own fee settings, in its own units. */
  | { readonly fees: Readonly<Record<string, bigint>> }
  /** Bitcoin: satoshi for each virtual byte. */
  | { readonly rate: bigint }
  | { readonly nonce: bigint }
  /** Of an approval: what the spender may take. */
  | { readonly limit: bigint }
  /** Of a transfer of the wallet. */
  | { readonly amount: bigint }
