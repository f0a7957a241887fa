import * as z from 'zod'

export { bigint, bytes, decodeRow, encodeRow, someBytes } from '@tandem/protocol'

/** Milliseconds since 1970, UTC. */
export const time = z.int().min(0)
