/** What the extension's own screens may ask of the background. */
import type { Decision, Edit } from './approval.ts'
import type { CosignerCalls } from './cosigner.ts'
import type { AccountView, EngineState } from './engine.ts'
import type { LockCalls } from './passkey-lock.ts'
import type { WalletCalls } from './wallet.ts'
import type { Proof } from './proof.ts'

export type Settings = {
  readonly nodes: Readonly<Record<string, string>>
  readonly chains: Readonly<Record<'evm' | 'solana' | 'bitcoin', string>>
}

export type BackgroundCalls = WalletCalls &
  CosignerCalls &
  LockCalls & {
    state(): Promise<EngineState>
    create(password: string): Promise<void>
    unlock(password: string): Promise<void>
    /** `handed`: under which its secret is taken (handed-over.ts). @throws {EngineError} `passkey` */
    unlockByPasskey(credentialId: Uint8Array, handed: string): Promise<void>
    lock(): Promise<void>
    pair(link: string): Promise<void>
    drawWords(): Promise<string>
    makeWallet(words: string | undefined): Promise<void>
    /** Waits for the keys that are being made, if any are. */
    joinMaking(): Promise<void>
    accounts(): Promise<AccountView[]>
    balances(chain: string, account: number): Promise<{ asset: string; amount: bigint }[]>
    /** Opens the window in which everything is approved. */
    review(): Promise<void>
    decide(id: string, decision: Decision): Promise<void>
    /** Asks anew with another fee, number or limit. */
    edit(id: string, edit: Edit): Promise<void>
    prove(id: string, proof: Proof): Promise<void>
    /** Once more, where that does no harm: another verdict, or what failed from the start. */
    again(id: string): Promise<void>
    /** Ends a signature that is under way, as long as that can be. */
    stop(id: string): Promise<void>
    /** What is over is not shown any longer. */
    dismiss(id: string): Promise<void>
    /** Everything that a site asks. */
    rejectAll(origin: string): Promise<void>
    choose(settings: Settings): Promise<void>
  }

/** The port over which a screen hears what is open, and how it moves. */
export const SCREEN_PORT = 'screen'
