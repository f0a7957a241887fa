/**
 * Imported before anything else. A schema looks when it is made whether it may compile itself, and the
 * policy of the extension reports that as a violation.
 */
import * as z from 'zod'

z.config({ jitless: true })
