import { execFileSync } from 'node:child_process'
import { customNetwork, network } from '@tandem/chains'
import { expect, test } from 'vitest'
import { networkCommand } from './network-command.ts'

const own = (name: string, symbol = 'HZL') =>
  customNetwork({ id: 'eip155:31338', name, symbol, test: false })

/** What a shell makes of a command: its words. */
const wordsOf = (command: string): string[] =>
  execFileSync('/bin/sh', ['-c', `printf '%s\\n' ${command}`], { encoding: 'utf8' })
    .split('\n')
    .slice(0, -1)

const before = ['tandem', 'network', 'add', 'eip155:31338', '--name']

test('a network that is in no list is added with what the wallet knows of it', () => {
  expect(networkCommand(own('Hazel Chain'))).toBe(
    'tandem network add eip155:31338 --name "Hazel Chain" --symbol "HZL" --decimals 18',
  )
})

test('a listed network needs its number only', () => {
  expect(networkCommand(network('eip155:11155111'))).toBe('tandem network add eip155:11155111')
})

test.for([
  ['a"; touch /tmp/owned; "', 'a touch tmpowned'],
  ['$(id)', 'id'],
  ['`id`', 'id'],
  ["it's", 'its'],
  ['a\nid', 'aid'],
  ['a\\', 'a'],
  ['!!', ''],
  ['--test', 'test'],
  [' - -x', 'x'],
  ['Zürich', 'Zrich'],
])('nothing in a name of a network is more than a word: %s', ([name, is]) => {
  const after = ['--symbol', is, '--decimals', '18']
  expect(wordsOf(networkCommand(own(name!, name)))).toEqual([...before, is, ...after])
})
