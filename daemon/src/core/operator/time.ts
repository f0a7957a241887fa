import * as z from 'zod'

/** ISO 8601. */
export const time = z.iso.datetime()
