import * as z from 'zod'
import { families } from '../../messages/page-channel.ts'
import { item } from './item.ts'

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
})
export type Settings = z.infer<typeof Settings>

export const settings = item('local', 'settings', Settings, {
  nodes: {},
  chains: {
    evm: 'eip155:11155111',
    solana: 'solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1',
    bitcoin: 'bip122:00000000da84f2bafbbc53dee25a72ae',
  },
  accounts: 1,
  lockAfter: 15,
})
