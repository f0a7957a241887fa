import { stringify } from 'smol-toml'
import { expect, test } from 'vitest'
import { defaultDocument, strictDocument } from '../../../../daemon/src/core/policy/default.ts'
import { writeDocument } from '../../../../daemon/src/core/policy/document.ts'
import { policyFile } from './policy-file.ts'

test('every rule of the policies that a co-signer begins with is read', () => {
  for (const document of [defaultDocument(), strictDocument()]) {
    const file = policyFile(stringify(writeDocument(document)))
    expect(file?.rules.map(({ name }) => name)).toEqual(document.rules.map(({ name }) => name))
    expect(file?.changeAfter).toBe('24h')
  }
})

test('what is no policy is none, and says nothing wrong', () => {
  for (const text of ['', 'a = ', 'name = "x"', 'rules = 3\nname = "x"\nchange_after = "1h"'])
    expect(policyFile(text)).toBeUndefined()
})
