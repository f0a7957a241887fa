import { accountExecute } from './account-execute.ts'
import { control } from './control.ts'
import { erc20 } from './erc20.ts'
import { type Method, selector } from './method.ts'
import { multicall } from './multicall.ts'
import { nft } from './nft.ts'
import { permit2 } from './permit2.ts'
import { safe } from './safe.ts'

/** Every function that is read. No two share a selector. */
export const allMethods: readonly Method[] = [
  ...erc20,
  ...nft,
  ...permit2,
  ...safe,
  ...control,
  ...multicall,
  ...accountExecute,
]

/** By the first four bytes, as a number. */
export const methods: ReadonlyMap<number, Method> = new Map(
  allMethods.map((method) => [selector(method.signature), method]),
)
