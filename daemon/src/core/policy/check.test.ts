import { describe, expect, test } from 'vitest'
import { actKinds } from './act.ts'
import { check } from './check.ts'
import { defaultDocument, strictDocument } from './default.ts'
import { parseDocument } from './document.ts'

const eth = 'eip155:1/slip44:60'
const everyday = {
  rule: 'acts',
  name: 'everyday',
  decision: 'allow',
  acts: ['transfer', 'message', 'sign-in'],
}
const limit = { rule: 'limit', name: 'limit', assets: [eth], per_request: '5', over: 'deny' }

const codes = (...rules: readonly object[]) =>
  check(parseDocument({ version: 1, name: 'test', change_after: '24h', rules })).map(
    ({ code, rule }) => (rule === undefined ? code : `${code} ${rule}`),
  )

describe('what looks like a mistake is said', () => {
  test('nothing of the policies that come with it', () => {
    expect(check(defaultDocument())).toEqual([])
    expect(check(strictDocument())).toEqual([])
    expect(codes(everyday, limit)).toEqual([])
  })

  test.for<[string, object, string]>([
    ['a limit of nothing', { ...limit, per_request: '0' }, 'zero-limit x'],
    [
      'a window of nothing',
      { ...limit, per_window: '0', window: '1h', per_request: undefined },
      'zero-limit x',
    ],
    ['everything allowed', { ...everyday, acts: actKinds }, 'allows-all x'],
    ['control allowed', { ...everyday, acts: ['upgrade'] }, 'control-without-factor x'],
    ['everything denied', { ...everyday, decision: 'deny', acts: actKinds }, 'denies-all x'],
    [
      'chains that do not meet',
      { ...everyday, chains: ['eip155:10'], assets: [eth] },
      'never-matches x',
    ],
    [
      'a recipient elsewhere',
      { ...everyday, chains: ['eip155:10'], to: ['eip155:1:0xaa'] },
      'never-matches x',
    ],
    ['amounts that do not meet', { ...everyday, above: '5', up_to: '5' }, 'never-matches x'],
    ['a function of no call', { ...everyday, selectors: ['0x12345678'] }, 'never-matches x'],
    ['a type of no message', { ...everyday, types: ['Order'] }, 'never-matches x'],
    [
      'a delay of nothing',
      { rule: 'delay', name: 'x', wait: '1h', acts: ['transfer'], types: ['Order'] },
      'never-matches x',
    ],
    [
      'more factors than are accepted',
      { ...limit, over: 'needs-factor', accepts: ['code'], factors: 2 },
      'nobody-can-agree x',
    ],
  ])('%s', ([, rule, code]) => {
    expect(codes(everyday, limit, { ...rule, name: 'x' })).toContain(code)
  })

  test('a rule that another one denies', () => {
    const never = { ...everyday, name: 'never', decision: 'deny' }
    expect(codes(everyday, limit, never)).toContain('never-reached everyday')
    expect(codes(everyday, limit, { ...never, chains: ['eip155:1'] })).not.toContain(
      'never-reached everyday',
    )
  })

  test('a policy that another one follows at once', () => {
    const after = (change_after: string) =>
      check(parseDocument({ version: 1, name: 'test', change_after, rules: [everyday, limit] }))
    expect(after('59m').map(({ code }) => code)).toEqual(['quick-change'])
    expect(after('1h')).toEqual([])
  })

  test('a policy that allows nothing, or sets no limit', () => {
    expect(codes()).toEqual(['nothing-allows'])
    expect(codes(everyday)).toEqual(['no-limit'])
  })
})
