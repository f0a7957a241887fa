import * as z from 'zod'
import { item } from '../state/item.ts'
import { Kept } from './entry.ts'

/** What is open, for a worker that starts anew in this session of the browser. */
export const keptApprovals = item('session', 'approvals', z.array(Kept), [])
