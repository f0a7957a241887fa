import { associatedToken } from './programs/associated-token.ts'
import { loader4, upgradeableLoader } from './programs/loader.ts'
import { memo } from './programs/memo.ts'
import { stake } from './programs/stake.ts'
import { system } from './programs/system.ts'
import { token, token2022 } from './programs/token.ts'
import {
  ASSOCIATED_TOKEN,
  LOADER_4,
  LOOKUP_TABLE,
  MEMO_1,
  MEMO_2,
  MEMO_4,
  STAKE,
  SYSTEM,
  TOKEN,
  TOKEN_2022,
  UPGRADEABLE_LOADER,
} from './program-ids.ts'
import { type Program, numbered, unread } from './reader.ts'

/** The programs whose instructions are read. All others are a `call`. */
export const programs: ReadonlyMap<string, Program> = new Map<string, Program>([
  [SYSTEM, system],
  [TOKEN, token],
  [TOKEN_2022, token2022],
  [ASSOCIATED_TOKEN, associatedToken],
  [MEMO_1, memo],
  [MEMO_2, memo],
  [MEMO_4, memo],
  [UPGRADEABLE_LOADER, upgradeableLoader],
  [LOADER_4, loader4],
  [STAKE, stake],
  [
    LOOKUP_TABLE,
    numbered(4, {
      0: unread('CreateLookupTable'),
      1: unread('FreezeLookupTable'),
      2: unread('ExtendLookupTable'),
      3: unread('DeactivateLookupTable'),
      4: unread('CloseLookupTable'),
    }),
  ],
])
