import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { commands } from '../../daemon/src/cli/commands.ts'
import { exitCodes } from '../../daemon/src/cli/exit-code.ts'
import { helpOf, overview } from '../../daemon/src/cli/help.ts'
import { type DaemonProcess, program, startDaemon, tandem } from './daemon.ts'

const root = mkdtempSync(join(tmpdir(), 'tandem-commands-'))
const home = join(root, 'home')
const secret = join(root, 'secret')
const policy = join(root, 'policy.toml')
writeFileSync(secret, 'five words that nobody guesses\n', { mode: 0o600 })

/** What each command says to a program while a co-signer runs that has no wallet yet. */
const said: Readonly<Record<string, readonly (readonly [readonly string[], number])[]>> = {
  init: [[[], 7]],
  start: [[['--port', '0'], 7]],
  wallet: [[['confirm'], 2]],
  'second-factor': [
    [[], 0],
    [['enrol'], 2],
    [['remove'], 0],
    [['accept', 'abcdef'], 1],
  ],
  restore: [[[join(root, 'all.age'), '--secret-file', secret, '--retire-old'], 6]],
  unseal: [[[], 0]],
  approve: [
    [[], 0],
    [['abcdef', '--yes'], 1],
  ],
  wallets: [[[], 0]],
  devices: [
    [[], 0],
    [['revoke', 'abcdef'], 2],
    [['revoke', 'abcdef', '--yes'], 1],
  ],
  network: [
    [[], 0],
    [['add', 'eip155:31338'], 1],
    [['add', 'eip155:31338', '--name', 'Hazel', '--symbol', 'HZL'], 0],
    [['add', 'eip155:31339', '--name', 'Ash'], 2],
    [['remove', 'eip155:31338'], 0],
    [['nothing'], 2],
  ],
  rotate: [[['abcdef'], 1]],
  backup: [
    [[join(root, 'all.age'), '--secret-file', secret], 0],
    [['check', join(root, 'all.age'), '--secret-file', secret], 0],
    [[join(root, 'other.age')], 2],
  ],
  reseal: [
    [[], 2],
    [['--to', 'key-file'], 7],
  ],
  policy: [
    [[], 0],
    [['default'], 0],
    [['check'], 0],
    [['cancel'], 0],
    [['explain', 'abcdef'], 1],
    [['set', policy, '--yes'], 1],
  ],
  audit: [
    [['--last', '3'], 0],
    [['verify'], 0],
    [['export'], 0],
    [['rebuild'], 0],
    [['nothing'], 2],
  ],
  config: [[[], 0]],
  doctor: [[[], 0]],
}

let daemon: DaemonProcess
const started: ChildProcess[] = []

beforeAll(async () => {
  daemon = await startDaemon(home)
  const { out } = await tandem(home, ['policy', 'default'])
  writeFileSync(policy, out, { mode: 0o600 })
})

afterAll(async () => {
  for (const child of started) child.kill('SIGKILL')
  await daemon.stop()
  rmSync(root, { recursive: true })
})

/** Each line is an object; an error says which ending it is, and the exit code is of that. */
function requireJson(lines: string): Record<string, unknown>[] {
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const value: unknown = JSON.parse(line)
      if (typeof value !== 'object' || value === null) throw new Error(`no object: ${line}`)
      return { ...value }
    })
}

describe('every command', () => {
  test('is walked here', () => {
    // The one that is missing goes on until it is stopped: below.
    expect(new Set([...Object.keys(said), 'pair'])).toEqual(
      new Set(commands.map(({ name }) => name)),
    )
  })

  const calls = Object.entries(said).flatMap(([name, all]) =>
    all.map(
      ([args, code]) =>
        [[name, ...args].join(' ').replaceAll(root, '…'), name, args, code] as const,
    ),
  )
  test.for(calls)('answers a program in JSON: %s', async ([, name, args, expected]) => {
    const { code, out, err } = await tandem(home, [name, ...args, '--json'])
    expect([code, err]).toEqual([expected, expected === 0 ? '' : expect.any(String)])
    const lines = requireJson(out)
    if (code === 0) expect(lines.length).toBeGreaterThan(0)
    const [error] = requireJson(err)
    if (code === 0) return
    expect(exitCodes).toHaveProperty(String(error?.['error']))
    expect(Object.entries(exitCodes).find(([, [number]]) => number === code)?.[0]).toBe(
      error?.['error'],
    )
    expect(String(error?.['message'])).toMatch(/[.!?]$/)
  })

  test('says in JSON what happens until it is stopped: pair', async () => {
    const child = spawn(process.execPath, [program, 'pair', '--json', '--folder', home], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    started.push(child)
    let err = ''
    child.stderr.on('data', (data: Buffer) => (err += data.toString()))
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
    expect(requireJson(line)).toMatchObject([{ event: 'link' }])
    child.kill('SIGTERM')
    const [code] = (await once(child, 'close')) as [number | null]
    expect([code, requireJson(err)]).toMatchObject([130, [{ error: 'interrupted' }]])
  })

  test.for(['help', 'help exit-codes', 'help backup', 'version', 'backup --help'])(
    'is explained in JSON: %s',
    async (line) => {
      const { code, out } = await tandem(home, [...line.split(' '), '--json'])
      expect([code, requireJson(out)]).toEqual([0, [expect.any(Object)]])
    },
  )
})

describe('the help of every command', () => {
  const plain = {
    isTerminal: false,
    width: 80,
    write: () => undefined,
    line: () => undefined,
    bold: (text: string) => text,
    dim: (text: string) => text,
    loud: (text: string) => text,
  }

  test.for(commands.map((command) => [command.name, command] as const))(
    'names every option that it takes, and no other: %s',
    ([name, command]) => {
      const text = helpOf(plain, command)
      const taken = Object.keys(command.options ?? {})
      const named = (command.optionHelp ?? []).map(([option]) => /^--([a-z-]+)/.exec(option)?.[1])
      expect(new Set(named)).toEqual(new Set(taken))
      const used = [...command.usage.join(' ').matchAll(/--([a-z-]+)/g)].map(([, option]) => option)
      expect([...taken, 'config']).toEqual(expect.arrayContaining(used))
      for (const line of command.usage) expect(line).toMatch(new RegExp(`^tandem ${name}( |$)`))
      for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
      for (const [, other = ''] of command.help.matchAll(/tandem ([a-z-]+)/g))
        expect([...commands.map((one) => one.name), 'help']).toContain(other)
    },
  )

  test('fits a terminal', () => {
    for (const line of overview(plain, commands).split('\n'))
      expect(line.length).toBeLessThanOrEqual(80)
  })
})
