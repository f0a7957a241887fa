import type { ReadyRistretto } from '../../ristretto.ts'
import type { WalletLife } from './wallet.ts'

/** What the page may ask the worker, and what the worker answers. */
export type Answers = {
  /** A wallet with the group that an app gets here. */
  readonly ready: WalletLife & Pick<ReadyRistretto, 'library'>
  /** A wallet with the reference group. */
  readonly noble: WalletLife
  /** What was tried on purpose, and what the manifest's policy refused since the worker started. */
  readonly policy: {
    readonly Function: string
    readonly eval: string
    readonly WebAssembly: string
    readonly violations: readonly string[]
  }
}

export type Question = keyof Answers

/** Instead of an answer: why there is none. */
export type Failure = { readonly failed: string }

/** The part of `chrome.runtime` that is used here. */
export type Runtime = {
  getManifest(): { readonly content_security_policy: { readonly extension_pages: string } }
  sendMessage(question: Question): Promise<unknown>
  readonly onMessage: { addListener(listener: Listener): void }
}

/** Answers later when it returns true. */
type Listener = (question: Question, sender: unknown, respond: (answer: unknown) => void) => boolean
