import { storedContacts } from '../../messages/stored.ts'
import { kept } from './item.ts'

export const contacts = kept(storedContacts)
