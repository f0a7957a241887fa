import * as z from 'zod'
import type { AskNode } from './ask-node.ts'

const MINT_SIZE = 82
/** SPL Token and Token-2022, of which the second says after 165 bytes that it is a mint. */
const programs = [
  'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA',
  'TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb',
] as const
const [, EXTENDED] = programs
const TYPE_AT = 165
const MINT_TYPE = 1

const Account = z.object({
  value: z
    .object({
      owner: z.enum(programs),
      data: z.tuple([z.base64().max(100_000), z.literal('base64')]),
    })
    .nullable(),
})

/** How many decimals the token of a mint has, by its person's node. Nothing where it is no mint. */
export async function mintDecimals(
  askNode: AskNode,
  chain: string,
  mint: string,
): Promise<number | undefined> {
  const answer = await askNode(chain, 'getAccountInfo', [mint, { encoding: 'base64' }])
  const parsed = 'result' in answer ? Account.safeParse(answer.result) : undefined
  const account = parsed?.success === true ? parsed.data.value : undefined
  if (!account) return undefined
  const data = Uint8Array.from(atob(account.data[0]), (character) => character.charCodeAt(0))
  const isExtended = account.owner === EXTENDED && data[TYPE_AT] === MINT_TYPE
  const isInUse = data[45] === 1
  return isInUse && (data.length === MINT_SIZE || isExtended) ? data[44] : undefined
}
