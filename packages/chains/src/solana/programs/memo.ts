import type { Program } from '../reader.ts'

/** SPL Memo, both versions: the data is the text. Accounts are signers that stand behind it. */
export const memo: Program = () => ({
  offset: 0,
  reader: {
    name: 'Memo',
    read({ data, accounts }) {
      if (accounts.some(({ signer }) => !signer)) return undefined
      try {
        return { kind: 'memo', text: utf8.decode(data) }
      } catch {
        return undefined
      }
    },
  },
})

/** A mark in front of the text is part of it. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
