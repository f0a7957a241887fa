/** What the wallet's own screens ask of the background, beside approving. */
import type { AccountView } from './engine.ts'
import type { TypedAddress } from './nodes.ts'
import type { Family } from './page-channel.ts'
import type { Contact, Draft, Settings, Token } from './stored.ts'

/** A transfer that the person wants. */
export type Transfer = {
  /** CAIP-2. */
  readonly chain: string
  readonly account: number
  /** CAIP-19. */
  readonly asset: string
  readonly to: string
  readonly amount: bigint | 'max'
  readonly tier: 'slow' | 'normal' | 'fast'
  /** Bitcoin: satoshi for each virtual byte, instead of the tier. */
  readonly rate?: bigint
}

/** Whom the person wants to pay. */
export type Recipient =
  | {
      /** As the chain writes it. */
      readonly address: string
      readonly known?: { readonly as: 'own' | 'contact'; readonly name: string }
      /** It was paid before, from here. */
      readonly isPaid: boolean
    }
  | Exclude<TypedAddress, { readonly address: string }>
  /** The contract of a token: what is sent to it is gone. */
  | { readonly wrong: 'token' }

/** What a node says that it is of. */
export type NodeAnswer =
  | { readonly is: 'right'; readonly ms: number }
  /** `as` where it says so in a few words. */
  | { readonly is: 'other'; readonly as?: string }
  | { readonly is: 'silent' }

export type WalletCalls = {
  /** The addresses of one account on every chain that is shown. */
  addressesOf(account: number): Promise<AccountView[]>
  /** @returns its number. */
  addAccount(): Promise<number>
  useAccount(account: number): Promise<void>
  nameAccount(account: number, name: string): Promise<void>
  hideAccount(account: number, isHidden: boolean): Promise<void>
  /** Asks the nodes what an account holds, and keeps it. */
  refresh(account: number): Promise<void>

  recipient(chain: string, asset: string, text: string): Promise<Recipient>
  /** What a plain transfer costs about, by tier, in base units of the native asset. */
  feesOf(chain: string, asset: string): Promise<Readonly<Record<Transfer['tier'], bigint>>>
  /** Builds it and asks for approval, in the window for that. */
  send(transfer: Transfer): Promise<void>
  /** What is being written: it is there when the popup comes back. */
  keepDraft(draft: Draft): Promise<void>

  /** Asks the nodes about everything that is not settled. */
  follow(): Promise<void>
  sendAgain(id: string): Promise<void>
  replace(id: string, how: 'faster' | 'cancel'): Promise<void>

  keepContact(contact: Contact): Promise<void>
  forgetContact(family: Family, address: string): Promise<void>
  /** What the contract says of itself, or the mint, which has no symbol. Nothing where it is no token. */
  tokenAt(chain: string, address: string): Promise<Token | undefined>
  keepToken(token: Token): Promise<void>
  forgetToken(asset: string): Promise<void>

  disconnect(origin: string): Promise<void>
  disconnectAll(): Promise<void>
  tryNode(chain: string, url: string): Promise<NodeAnswer>
  /** Its node from now on; without one nobody is asked any more. */
  useNode(chain: string, url: string | undefined): Promise<void>
  choosePart(
    part: Partial<Pick<Settings, 'lockAfter' | 'mainnet' | 'legacyProvider' | 'chains'>>,
  ): Promise<void>
  /** The person is here. */
  used(): Promise<void>
}
