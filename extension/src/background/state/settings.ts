import { storedSettings } from '../../messages/stored.ts'
import { kept } from './item.ts'

export const settings = kept(storedSettings)
