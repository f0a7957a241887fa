import { storedSites } from '../../messages/stored.ts'
import { kept } from './item.ts'

export const sites = kept(storedSites)
