/**
 * What the wallet keeps beside its secrets. The background writes it; the screens read it, so that they
 * show what was known last before anybody has answered anything.
 */
import { networks } from '@tandem/chains'
import * as z from 'zod'
import type { Explained, SignedView } from './engine.ts'
import { families } from './page-channel.ts'

/** One thing that is kept: on this disk, or for this session of the browser. */
export type Stored<T> = {
  readonly area: 'local' | 'session'
  readonly name: string
  readonly schema: z.ZodType<T>
  /** What it is before anything was kept. */
  readonly fallback: T
}

const number = z.int().min(0)

/** What the person chose. Nothing is asked of any node before. */
const Settings = z.strictObject({
  /** URL by CAIP-2. */
  nodes: z.record(z.string(), z.string()),
  /** The chain of each family on which a new site begins. */
  chains: z.record(z.enum(families), z.string()),
  /** How many accounts there are. */
  accounts: z.int().min(1),
  /** Minutes without use after which it locks. */
  lockAfter: z.int().min(1),
  /** Whether networks whose coins are worth something are offered. */
  mainnet: z.boolean().default(false),
  /** Whether the wallet is `window.ethereum`, too. */
  legacyProvider: z.boolean().default(false),
})
export type Settings = z.infer<typeof Settings>

export const storedSettings: Stored<Settings> = {
  area: 'local',
  name: 'settings',
  schema: Settings,
  fallback: {
    nodes: {},
    chains: {
      evm: 'eip155:11155111',
      solana: 'solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1',
      bitcoin: 'bip122:00000000da84f2bafbbc53dee25a72ae',
    },
    accounts: 1,
    lockAfter: 15,
    mainnet: false,
    legacyProvider: false,
  },
}

/** What the accounts are called, which are hidden, and which one is looked at. */
const Accounts = z.strictObject({
  current: number,
  /** By number; one that is not here has no name of its own. */
  named: z.record(z.string(), z.string()),
  hidden: z.array(number),
})
export type Accounts = z.infer<typeof Accounts>

export const storedAccounts: Stored<Accounts> = {
  area: 'local',
  name: 'accounts',
  schema: Accounts,
  fallback: { current: 0, named: {}, hidden: [] },
}

/** What a place held when its node answered last, and what became of the question since. */
const Holding = z.strictObject({
  /** When it was true. Absent: no node has answered yet. */
  at: z.number().optional(),
  /** By CAIP-19, the native asset first. */
  amounts: z.array(z.strictObject({ asset: z.string(), amount: z.bigint() })),
  /** The code of the last failure, if it came after `at`. */
  trouble: z.string().optional(),
})
export type Holding = z.infer<typeof Holding>

/** By {@link placeOf}. */
export const storedHoldings: Stored<Readonly<Record<string, Holding>>> = {
  area: 'local',
  name: 'holdings',
  schema: z.record(z.string(), Holding),
  fallback: {},
}

/** The key of an account on a chain. */
export const placeOf = (chain: string, account: number): string => `${chain}/${account}`

/** A token that somebody asked to see. */
const Token = z.strictObject({
  /** CAIP-19. */
  asset: z.string(),
  symbol: z.string(),
  decimals: z.int().min(0).max(255),
})
export type Token = z.infer<typeof Token>

export const storedTokens: Stored<readonly Token[]> = {
  area: 'local',
  name: 'tokens',
  schema: z.array(Token),
  fallback: [],
}

/** An address that the person gave a name. */
const Contact = z.strictObject({
  name: z.string().min(1).max(40),
  family: z.enum(families),
  /** As the chain writes it. */
  address: z.string(),
})
export type Contact = z.infer<typeof Contact>

export const storedContacts: Stored<readonly Contact[]> = {
  area: 'local',
  name: 'contacts',
  schema: z.array(Contact),
  fallback: [],
}

/** What the network says of something that was sent. */
const Fate = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('unknown') }),
  z.strictObject({ state: z.literal('pending') }),
  z.strictObject({
    state: z.literal('confirmed'),
    block: z.bigint(),
    confirmations: z.bigint(),
  }),
  z.strictObject({ state: z.literal('failed'), block: z.bigint(), reason: z.string() }),
  /** Of several at once so many did what they should, and the others never will. */
  z.strictObject({ state: z.literal('part'), done: number, of: number }),
  /** Another one took its number or its coins. */
  z.strictObject({ state: z.literal('replaced') }),
])
export type Fate = z.infer<typeof Fate>

/** A request that was decided here. */
const Decided = z.strictObject({
  /** Of the approval. */
  id: z.string(),
  requestId: z.string(),
  chain: z.string(),
  account: number,
  /** Absent: the person asked. */
  origin: z.string().optional(),
  /** When it was over. */
  at: z.number(),
  outcome: z.enum(['sent', 'signed', 'signed-not-sent', 'refused', 'rejected', 'failed']),
  explained: z.custom<Explained>().optional(),
  /** It stands in another one's place. */
  instead: z.enum(['faster', 'cancel']).optional(),
  /** The code of what went wrong. */
  code: z.string().optional(),
  /** The transaction's own id; of several, the last one's that the network took. */
  sent: z.string().optional(),
  /** Of several that were approved at once: those that the network took, and how many there were. */
  several: z.strictObject({ ids: z.array(z.string()), of: number }).exactOptional(),
  fate: Fate.optional(),
  /** When a node was asked last. */
  askedAt: z.number().optional(),
  /** What is needed to send it again or to replace it, as long as that can be. */
  payload: z.custom<Uint8Array>((value) => value instanceof Uint8Array).optional(),
  signed: z.custom<SignedView>().optional(),
})
export type Decided = z.infer<typeof Decided>

/** Newest first. */
export const storedActivity: Stored<readonly Decided[]> = {
  area: 'local',
  name: 'activity',
  schema: z.array(Decided),
  fallback: [],
}

/** What a site was given of one family: accounts by number, and the chain (CAIP-2) that it is on. */
const Given = z.strictObject({ chain: z.string(), accounts: z.array(number).min(1) })

/** A site that was connected. A family that is not here was not, whatever else the site sees. */
const Site = z.strictObject({
  /** When it was connected first. */
  since: z.int(),
  given: z.partialRecord(z.enum(families), Given),
})
export type Site = z.infer<typeof Site>

/** By origin. Every change is told to the pages of the site. */
export const storedSites: Stored<Readonly<Record<string, Site>>> = {
  area: 'local',
  name: 'sites',
  schema: z.record(z.string(), Site),
  fallback: {},
}

/** A network that is in no list, and that somebody added. */
const AddedNetwork = z.strictObject({
  /** CAIP-2. */
  id: z.string(),
  name: z.string(),
  symbol: z.string(),
  decimals: z.int().min(0).max(255),
  /** Page of a transaction; `{id}` stands for its id. */
  explorer: z.string().optional(),
})

export const storedNetworks: Stored<readonly z.infer<typeof AddedNetwork>[]> = {
  area: 'local',
  name: 'networks',
  schema: z.array(AddedNetwork),
  fallback: [],
}

/** How the wallet stood last in this session: what the frame of a screen depends on. */
export const storedStanding: Stored<'none' | 'locked' | 'open' | 'unknown'> = {
  area: 'session',
  name: 'standing',
  schema: z.enum(['none', 'locked', 'open', 'unknown']),
  fallback: 'unknown',
}

/** Whether this browser has a wallet: how it stands before the session has an engine that says more. */
export const storedPresence: Stored<boolean> = {
  area: 'local',
  name: 'presence',
  schema: z.boolean(),
  fallback: false,
}

/** A transfer that is being written. Nothing in it is secret, and it ends with the browser. */
const Draft = z.strictObject({
  asset: z.string().optional(),
  to: z.string(),
  amount: z.string(),
  tier: z.enum(['slow', 'normal', 'fast']),
  /** Bitcoin: as it was typed. */
  rate: z.string().exactOptional(),
})
export type Draft = z.infer<typeof Draft>

export const storedDraft: Stored<Draft> = {
  area: 'session',
  name: 'draft',
  schema: Draft,
  fallback: { to: '', amount: '', tier: 'normal' },
}

/** The chains that a person sees: those of new sites, and those that have a node. */
export function shownChains({ chains, nodes }: Pick<Settings, 'chains' | 'nodes'>): string[] {
  const wanted = new Set([...Object.values(chains), ...Object.keys(nodes)])
  const listed = networks.map(({ id }) => id).filter((id) => wanted.delete(id))
  return [...listed, ...wanted]
}
