import { storedStanding } from '../../messages/stored.ts'
import { kept } from './item.ts'

/** How the wallet stood last in this session. */
export const standing = kept(storedStanding)
