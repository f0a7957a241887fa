import type { CosignerCode } from './error.ts'

/** How it stands with the co-signer. */
export type Status =
  | { readonly state: 'none' }
  | { readonly state: 'connecting'; readonly address: string }
  | {
      readonly state: 'away'
      readonly address: string
      readonly since: number
      /** It runs, and cannot sign now. */
      readonly isLocked?: true
    }
  | {
      readonly state: 'ready'
      readonly address: string
      readonly version: string
      readonly roundTripMs: number
    }
  /** Nothing is signed before its person has decided. */
  | { readonly state: 'fault'; readonly address: string; readonly code: CosignerCode }
