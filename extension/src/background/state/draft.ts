import { storedDraft } from '../../messages/stored.ts'
import { kept } from './item.ts'

/** A transfer that is being written. */
export const draft = kept(storedDraft)
