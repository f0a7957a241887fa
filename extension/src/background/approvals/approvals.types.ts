import type {
  Approval,
  Decision,
  Edit,
  Question,
  SignQuestion,
  SiteView,
} from '../../messages/approval.ts'
import type { Engine, EngineEvent, Known, SignedView } from '../../messages/engine.ts'
import type { Proof } from '../../messages/proof.ts'
import type { Kept } from './entry.ts'

/** What came of a question. */
export type Answer =
  | { readonly kind: 'connect'; readonly accounts: readonly number[] }
  | { readonly kind: 'sign'; readonly signed: SignedView; readonly id?: string }
  | { readonly kind: 'agreed' }

/** A question before it has an id. */
export type NewQuestion = Exclude<Question, SignQuestion> | Omit<SignQuestion, 'requestId'>

/** One that takes building is built where it is asked for the first time only. */
export type Asked =
  | NewQuestion
  | { readonly kind: 'sign'; readonly make: () => Promise<Omit<SignQuestion, 'requestId'>> }

/** What a method asks of the person. */
export type Asks = {
  /**
   * Asks, and waits for what comes of it. A request of a page that is carried out again, by a worker
   * that started anew, finds the question that it asked before, of each kind one.
   *
   * @param origin of the site; absent: the person asks, on a screen of the wallet.
   * @throws {ProviderError} `user-rejected`, `refused`, `busy`, `disconnected`
   */
  ask(origin: string | undefined, asked: Asked): Promise<Answer>
  /** Waits until the wallet is open; locked, its person is asked to unlock it. @throws {ProviderError} */
  unlocked(origin: string): Promise<void>
}

/** A request of a page, for as long as the page is there. */
export type PageAsk = {
  readonly page: string
  readonly id: number
  readonly gone: AbortSignal
}

/** Questions to the person, one window for all. */
export type Approvals = Asks & {
  /** The same, for one request of a page. */
  of(asking: PageAsk): Asks
  /** What an earlier worker left is known. */
  readonly restored: Promise<void>
  /** Those that are open, oldest first, and those whose result is still shown. */
  list(): readonly Approval[]
  decide(id: string, decision: Decision): Promise<void>
  edit(id: string, edit: Edit): Promise<void>
  prove(id: string, proof: Proof): Promise<void>
  again(id: string): Promise<void>
  stop(id: string): Promise<void>
  dismiss(id: string): Promise<void>
  rejectAll(origin: string): Promise<void>
  /** The window is gone: everything that is still to be decided is rejected. */
  closed(): Promise<void>
  /** A page is there, or there again. */
  met(page: string): void
  /** A page is gone: what it asked and nobody decided is withdrawn. */
  gone(page: string): Promise<void>
  /** A page has its answer, or waits for it no more. */
  answered(page: string, id: number): Promise<void>
  heard(event: EngineEvent): void
}

export type ApprovalParts = {
  readonly engine: Engine
  readonly now: () => number
  readonly after: (ms: number, work: () => void) => () => void
  readonly entropy: (length: number) => Uint8Array
  /** Opens the window where it is not open; `front`: brings it to the front, too. */
  readonly show: (how: { readonly front: boolean }) => Promise<void>
  /** When a site was connected first; of one that was not, which site it is like. */
  readonly site: (origin: string) => Promise<Pick<SiteView, 'since' | 'alike'>>
  /** Whom the wallet knows on a chain. */
  readonly known: (chain: string) => Promise<Known>
  /** Tells the screens. */
  readonly changed: (shown: readonly Approval[]) => void
  /** What a worker that starts anew finds: durable when it resolves. */
  readonly keep: (kept: Kept[]) => Promise<void>
  readonly kept: () => Promise<readonly Kept[]>
}
