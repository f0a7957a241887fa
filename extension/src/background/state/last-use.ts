import * as z from 'zod'
import { item } from './item.ts'

/** When the person was here last. */
export const lastUse = item('session', 'used', z.number(), 0)
