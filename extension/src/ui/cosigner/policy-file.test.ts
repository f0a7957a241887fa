import { stringify } from 'smol-toml'
import { expect, test } from 'vitest'
import { firstPolicies } from '../../../../tests/extension/policies.ts'
import { policyFile } from './policy-file.ts'

test('every rule of the policies that a co-signer begins with is read', () => {
  for (const written of firstPolicies) {
    const file = policyFile(stringify(written))
    expect(file?.rules.map(({ name }) => name)).toEqual(written.rules.map(({ name }) => name))
    expect(file?.changeAfter).toBe('24h')
  }
})

test('what is no policy is none, and says nothing wrong', () => {
  for (const text of ['', 'a = ', 'name = "x"', 'rules = 3\nname = "x"\nchange_after = "1h"'])
    expect(policyFile(text)).toBeUndefined()
})
