import type { Claim, Field, Intent } from '../../intent.ts'
import type { Context } from '../context.ts'
import type { Domain } from './domain.ts'
import { authorizations } from './known/authorizations.ts'
import type { KnownType } from './known/known-type.ts'
import { metaTransactions } from './known/meta-transactions.ts'
import { orders } from './known/orders.ts'
import { permit2, permit2Witness } from './known/permit2.ts'
import { permits } from './known/permits.ts'
import { safe } from './known/safe.ts'
import { seaport } from './known/seaport.ts'
import { fail } from './path.ts'
import { values } from './values.ts'

/** A document that was read. */
export type Message = {
  readonly domain: Domain
  /** `encodeType` of the primary type: two messages with the same text are of the same type. */
  readonly type: string
  readonly primaryType: string
  readonly fields: readonly Field[]
}

export type Meaning = { readonly intents: readonly Intent[]; readonly claims: readonly Claim[] }

const byType: ReadonlyMap<string, KnownType> = new Map(
  [
    ...permits,
    ...permit2,
    ...authorizations,
    ...seaport,
    ...orders,
    ...safe,
    ...metaTransactions,
  ].map((known) => [known.type, known]),
)

/**
 * What a message does, where its type is known to the letter; otherwise what it says. Both, where
 * the words leave something out: a witness, or that it is valid on every chain.
 *
 * @throws {ChainError} `missing`, `wrong-account`, `not-valid`
 */
export function meaning(message: Message, context: Context): Meaning {
  const known = byType.get(message.type) ?? permit2Witness(message.type)
  if (!known) return { intents: [asData(message)], claims: [] }
  const { contract, chain } = message.domain
  // SECURITY: it would be valid for every token, and nobody could say which. Test: test/typed-data/known.test.ts "a domain without a contract is refused: %s"
  if (contract === undefined)
    return fail('missing', { up: { key: 'domain' }, key: 'verifyingContract' }, 'a contract')

  const reads = known.read(values(message.fields), contract, context)
  const complete = reads.length > 0 && chain && known.more !== true
  const intents = reads.map(({ intent }) => intent)
  return {
    intents: complete ? intents : [...intents, asData(message)],
    claims: distinct(reads.flatMap(({ claims }) => claims)),
  }
}

function asData({ domain, primaryType, fields }: Message): Intent {
  return { kind: 'typed-data', domain: domain.fields, primaryType, fields }
}

/** A batch rests on the same contract many times. */
function distinct(claims: readonly Claim[]): Claim[] {
  const keyOf = (claim: Claim) => (claim.kind === 'standard' ? claim.contract : claim)
  return [...new Map(claims.map((claim) => [keyOf(claim), claim])).values()]
}
