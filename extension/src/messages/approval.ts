/** What a person is asked, from the moment it came until it is over. */
import type { AccountView, Explained, SignedView, VerdictView } from './engine.ts'
import type { Family } from './page-channel.ts'

export type Approval = {
  /** 16 bytes in hex: the id of the request, too. */
  readonly id: string
  readonly origin: string
  readonly at: number
  readonly question: Question
  readonly state: ApprovalState
}

export type Question =
  | {
      readonly kind: 'connect'
      readonly family: Family
      readonly chain: string
      readonly accounts: readonly AccountView[]
    }
  | {
      readonly kind: 'sign'
      readonly chain: string
      readonly account: number
      readonly payload: Uint8Array
      /** What happens after the click: it is given to the site, or sent to the network. */
      readonly goesTo: 'site' | 'network'
    }

export type ApprovalState =
  | { readonly at: 'reading' }
  | {
      readonly at: 'shown'
      /** Absent for a connection. */
      readonly explained?: Explained
      /** Absent while the co-signer is asked. */
      readonly verdict?: VerdictView
      /** Why there is no verdict. */
      readonly trouble?: string
    }
  | {
      readonly at: 'signing'
      readonly explained: Explained
      readonly phases: readonly {
        readonly index: number
        readonly phase: string
        readonly at: number
      }[]
    }
  | { readonly at: 'done'; readonly signed?: SignedView; readonly id?: string }
  | { readonly at: 'failed'; readonly code: string }
  | { readonly at: 'rejected' }

/** What the person decided, about what they were shown. */
export type Decision =
  | { readonly approve: false }
  /** `hash` of what was on the screen: another one is refused. `accounts` of a connection. */
  | { readonly approve: true; readonly hash?: string; readonly accounts?: readonly number[] }
