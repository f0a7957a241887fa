import { storedAccounts } from '../../messages/stored.ts'
import { kept } from './item.ts'

export const accounts = kept(storedAccounts)
