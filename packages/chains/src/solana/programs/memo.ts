import type { Program } from '../reader.ts'
import { utf8 } from '../utf8.ts'

/** SPL Memo, in each of its versions: the data is the text. Accounts are signers that stand behind it. */
export const memo: Program = () => ({
  offset: 0,
  reader: {
    name: 'Memo',
    read({ data, accounts }) {
      const text = utf8(data)
      if (text === undefined || accounts.some(({ signer }) => !signer)) return undefined
      return { kind: 'memo', text }
    },
  },
})
