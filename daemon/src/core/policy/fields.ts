import * as z from 'zod'
import { actKinds } from './act.ts'
import { factors } from './policy.ts'

const MAX_UINT256 = (1n << 256n) - 1n

/** Base units (wei, satoshi, lamports) as text: no number of JSON or TOML holds them all. */
export const Amount = z.codec(
  z
    .string()
    .regex(/^(0|[1-9][0-9]{0,77})$/, {
      error: 'expected base units in digits, between quotes',
      abort: true,
    })
    .refine((text) => BigInt(text) <= MAX_UINT256, 'expected less than 2^256'),
  z.bigint(),
  { decode: (text) => BigInt(text), encode: (amount) => amount.toString() },
)

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const
const MAX_DAYS = 366

/** `90s`, `15m`, `24h`, `7d`. */
export const Duration = z
  .string()
  .regex(/^[1-9][0-9]{0,7}[smhd]$/, {
    error: 'expected a number and s, m, h or d, such as 24h',
    abort: true,
  })
  .refine((text) => durationMs(text) <= MAX_DAYS * SECONDS.d * 1000, 'expected 366d at most')

export function durationMs(text: string): number {
  const unit = text.at(-1)
  const seconds = unit === 's' || unit === 'm' || unit === 'h' || unit === 'd' ? SECONDS[unit] : 0
  return Number(text.slice(0, -1)) * seconds * 1000
}

const CHAIN = '[-a-z0-9]{3,8}:(?:[-_a-zA-Z0-9]{1,32}|\\*)'

/** CAIP-2, or a family: `eip155:*`. */
export const ChainPattern = z
  .string()
  .regex(new RegExp(`^${CHAIN}$`), 'expected a CAIP-2 chain such as eip155:1 or eip155:*')

/** CAIP-10, on one chain or on all of a family: `eip155:*:0x…`. */
const AccountPattern = lowerOnEvm(
  new RegExp(`^${CHAIN}:[-.%a-zA-Z0-9]{1,128}$`),
  'expected a CAIP-10 address such as eip155:1:0x… or eip155:*:0x…',
)

/** CAIP-19, or all tokens of a kind: `eip155:1/erc20:*`. */
export const AssetPattern = lowerOnEvm(
  new RegExp(
    `^${CHAIN}/(?:slip44:[0-9]{1,10}|(?:erc20|erc721|erc1155|token):(?:\\*|[-.%a-zA-Z0-9]{1,128}(?:/[0-9]{1,78})?))$`,
  ),
  'expected a CAIP-19 asset such as eip155:1/slip44:60 or eip155:1/erc20:*',
)

/** Addresses of EVM chains have one form here. */
function lowerOnEvm(form: RegExp, expected: string) {
  return z.codec(z.string().max(300).regex(form, expected), z.string(), {
    decode: (text) => (text.startsWith('eip155:') ? text.toLowerCase() : text),
    encode: (text) => text,
  })
}

/** A site, as browsers write its origin; `own` for what the wallet itself asks. */
export const Origin = z
  .string()
  .max(300)
  .regex(
    /^(own|https?:\/\/[-.a-z0-9[\]:]+|chrome-extension:\/\/[a-p]{32})$/,
    'expected an origin such as https://app.example, or own',
  )

/** Of a rule, by which a verdict names it. */
export const Name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'expected small letters, digits and hyphens')
  .refine((name) => name !== 'default-deny', 'this name is for what no rule allows')

export const ActKinds = z.array(z.enum(actKinds)).min(1)

/** What a second factor must be, where one is asked for. */
export const asks = {
  /** Any of these; all, where it is not said. The operator stands in for what is not enrolled. */
  accepts: z.array(z.enum(factors)).min(1).optional(),
  /** How many different ones; 1, where it is not said. */
  factors: z.int().min(1).max(factors.length).optional(),
} as const

const list = <S extends z.ZodType>(item: S) => z.array(item).min(1).max(1000).optional()

/** Which acts a rule is about: all of these must hold; what is absent is not asked. */
export const where = {
  chains: list(ChainPattern),
  assets: list(AssetPattern),
  /** Whoever gets something: recipient, spender, operator, the called contract. */
  to: list(AccountPattern),
  except_to: list(AccountPattern),
  /** What runs, whose token it is, or for whom a message is signed. */
  contracts: list(AccountPattern),
  /** EVM: the first four bytes of a call. */
  selectors: list(z.string().regex(/^0x[0-9a-f]{8}$/, 'expected four bytes such as 0xa9059cbb')),
  /** EIP-712: the primary type of the message. */
  types: list(z.string().max(200)),
  origins: list(Origin),
  except_origins: list(Origin),
  /** More than this of the act's asset. */
  above: Amount.optional(),
  /** No more than this. */
  up_to: Amount.optional(),
} as const
const Where = z.strictObject(where)
export type Where = z.infer<typeof Where>
