import * as z from 'zod'

/** What EIP-5792 has of a receipt. */
const Receipt = z.object({
  logs: z.array(z.object({ address: z.string(), data: z.string(), topics: z.array(z.string()) })),
  status: z.string(),
  blockHash: z.string(),
  blockNumber: z.string(),
  gasUsed: z.string(),
  transactionHash: z.string(),
})
type Receipt = z.infer<typeof Receipt>

/**
 * Where calls stand that were sent as transactions of their own, by EIP-5792's codes: 100 pending,
 * 200 done, 400 none of them will ever be in a block, 500 all failed, 600 some were done.
 *
 * @param answers of the node, for each that was sent: null where it is in no block yet.
 * @param wanted how many there are: more than were sent where the network refused one.
 * @param isOver something else took the place of those that are in no block.
 */
export function bundleStatus(
  answers: readonly unknown[],
  wanted: number,
  isOver: boolean,
): { status: number; receipts: Receipt[] } {
  const receipts = answers.filter((one) => one !== null).map((one) => Receipt.parse(one))
  const isPending = receipts.length < answers.length && !isOver
  const good = receipts.filter(({ status }) => BigInt(status) === 1n).length
  if (isPending) return { status: 100, receipts }
  if (good === wanted) return { status: 200, receipts }
  if (receipts.length === 0) return { status: 400, receipts }
  return { status: good === 0 && receipts.length === wanted ? 500 : 600, receipts }
}
