import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { defaultDocument, strictDocument } from '../../core/policy/default.ts'
import { documentHash } from '../../core/policy/document.ts'
import { policyFile } from './policy-file.ts'
import { toml } from './toml.ts'

const folder = mkdtempSync(join(tmpdir(), 'tandem-policy-'))
afterAll(() => rmSync(folder, { recursive: true }))

function fileWith(text: string, mode = 0o600): string {
  const path = join(folder, 'policy.toml')
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}

const small = `version = 1
name = "small"
change_after = "24h"

[[rules]]
rule = "acts"
name = "pay"
decision = "allow"
acts = ["transfer"]

[[rules]]
rule = "limit"
name = "daily"
assets = ["eip155:1/slip44:60"]
per_window = "1000000000000000000"
window = "24h"
over = "deny"
`

describe('a policy file', () => {
  test('that is printed is read as the same policy', () => {
    for (const document of [defaultDocument(), strictDocument()]) {
      const text = toml.write(document)
      expect(documentHash(toml.read(policyFile(fileWith(text)), 'p'))).toEqual(
        documentHash(document),
      )
      expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThan(101)
    }
  })

  test('that others can write is refused', () => {
    expect(policyFile(fileWith(small))).toBe(small)
    for (const mode of [0o620, 0o602])
      expect(() => policyFile(fileWith(small, mode))).toThrow('chmod go-w')
  })

  test('that is not there is said to be so', () => {
    expect(() => policyFile(join(folder, 'other.toml'))).toThrow('cannot be read')
  })
})

describe('what is wrong in a file is named with its line', () => {
  test.for([
    ['an unknown field', 'per_request = "1"\nper_day = "1"', 'p:19: per_day: is no field'],
    ['an amount as a number', 'per_request = 1', 'p:18: per_request: '],
    ['broken TOML', 'per_request = ', 'p:18: '],
  ])('%s', ([, line = '', message]) => {
    expect(() => toml.read(`${small}${line}\n`, 'p')).toThrow(message)
  })

  test.for([
    ['an unknown field of the whole', 'version = 1', 'version = 1\nlimit = 2', 'p:2: limit: is no'],
    ['another version', 'version = 1', 'version = 2', 'p:1: version: '],
    ['a rule that lacks a field', 'over = "deny"\n', '', 'p:11: over: '],
    ['an unknown rule', 'rule = "limit"', 'rule = "limits"', 'p:12: rule: '],
  ])('%s', ([, from = '', to = '', message]) => {
    expect(() => toml.read(small.replace(from, to), 'p')).toThrow(message)
  })
})
