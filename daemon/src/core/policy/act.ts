/**
 * Everything that a request can do, in the words of a policy. A closed set: what a chain learns to
 * read is named here before any policy can allow it.
 */
export const actKinds = [
  // Money that leaves, comes, or stays.
  'transfer',
  'own-transfer',
  'foreign-transfer',
  'signed-transfer',
  'burn',
  // Rights that others get or lose.
  'approval',
  'unlimited-approval',
  'permit',
  'approve-all',
  'revoke',
  'order',
  'order-foreign-payee',
  'order-for-nothing',
  // Control over accounts and contracts.
  'delegatecall',
  'upgrade',
  'delegation',
  'assign',
  'set-authority',
  'take-authority',
  'safe-transaction',
  'safe-refund',
  // Programs.
  'call',
  'hidden-call',
  'create',
  // What is signed without saying when or for whom.
  'durable-nonce',
  'open-outputs',
  'foreign-inputs',
  'claimed',
  // Accounts and tokens of Solana.
  'open-account',
  'close-account',
  'close-elsewhere',
  'mint',
  'freeze',
  'routine',
  'memo',
  // Messages.
  'sign-in',
  'sign-in-mismatch',
  'message',
  'opaque-message',
  'near-sign-in',
  'typed-data',
  // A transaction that only costs its fee.
  'empty',
] as const
export type ActKind = (typeof actKinds)[number]

/** One thing that a request does, with everything that a rule can ask about it. */
export type Act = {
  readonly kind: ActKind
  /** CAIP-2. */
  readonly chain: string
  /** CAIP-19. */
  readonly asset?: string
  readonly amount?: bigint | 'unlimited'
  /** How much of the asset it uses up of a limit. */
  readonly spends?: bigint
  /** Whoever gets something by it, under each address that is known of them. */
  readonly to: readonly string[]
  /** The contract or program: what runs, whose token it is, for whom a message is signed. */
  readonly contract?: string
  /** EVM: the first four bytes of a call, in hex. */
  readonly selector?: string
  /** EIP-712: the primary type. */
  readonly type?: string
}
