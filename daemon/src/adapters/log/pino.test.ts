import { execFileSync, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Line } from '../../ports/log-lines.ts'
import { pinoLines } from './pino.ts'

const folder = mkdtempSync(join(tmpdir(), 'tandem-lines-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A test of a disk that fills up has one of its own. */
const canMount =
  process.getuid?.() === 0 &&
  spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', folder]).status === 0

let files = 0
function written(level: 'debug' | 'info' | 'warn', ...lines: Line[]) {
  const file = join(folder, `${(files += 1)}.log`)
  const log = pinoLines({ level, file })
  for (const line of lines) log.say(line)
  const text = readFileSync(file, 'utf8')
  return {
    file,
    text,
    lines: text
      .split('\n')
      .filter(Boolean)
      .map((line): unknown => JSON.parse(line)),
  }
}

describe('the log of the process', () => {
  test('is one JSON object a line, with a time, in a file that is ours', () => {
    const { file, lines } = written('info', { event: 'started', level: 'info', boot: 3 })
    expect(lines).toEqual([
      {
        level: 'info',
        at: expect.stringMatching(/^\d{4}-.*Z$/) as string,
        event: 'started',
        boot: 3,
      },
    ])
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  test('says what is important enough', () => {
    const all = (['debug', 'info', 'warn', 'error'] as const).map((level) => ({
      event: 'x',
      level,
    }))
    expect(written('warn', ...all).lines).toMatchObject([{ level: 'warn' }, { level: 'error' }])
  })

  test('a text in the place of a word is not written', () => {
    const secret = 'two words'
    const { text, lines } = written('info', {
      event: secret,
      level: 'info',
      what: 'a'.repeat(41),
      failures: [{ name: secret, code: 'ümlaut', frames: [] }],
    })
    expect(text).not.toContain(secret)
    expect(lines[0]).toMatchObject({ event: '?', what: '?', failures: [{ name: '?', code: '?' }] })
  })

  test.skipIf(!existsSync('/dev/full'))('a full disk takes no line, and ends nothing', async () => {
    const ends: unknown[] = []
    const note = (error: unknown) => ends.push(error)
    process.prependListener('uncaughtException', note)
    try {
      const log = pinoLines({ level: 'info', file: '/dev/full' })
      for (const boot of [1, 2, 3])
        expect(() => log.say({ event: 'started', level: 'info', boot })).not.toThrow()
      await new Promise(setImmediate)
    } finally {
      process.off('uncaughtException', note)
    }
    expect(ends).toEqual([])
    // The control: the disk is full.
    expect(() => writeFileSync('/dev/full', 'x')).toThrow('ENOSPC')
  })

  test.skipIf(!canMount)('goes on where a disk has room again (needs root)', () => {
    const small = join(folder, 'small')
    mkdirSync(small)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8k', 'tmpfs', small])
    try {
      const file = join(small, 'lines')
      writeFileSync(join(small, 'other'), 'x'.repeat(4096))
      const log = pinoLines({ level: 'info', file })
      for (let boot = 1; boot <= 200; boot += 1) log.say({ event: 'x', level: 'info', boot })
      expect(statSync(file).size).toBe(4096)
      rmSync(join(small, 'other'))
      log.say({ event: 'later', level: 'info' })
      const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
      expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ event: 'later' })
      // Nothing was kept for later: the one before is the one that was cut.
      expect(lines.at(-2)).not.toContain('"boot":200')
      expect(lines.length).toBeLessThan(200)
    } finally {
      execFileSync('umount', ['--lazy', small])
    }
  })

  test('what a line carries beside its fields is not written', () => {
    const line = { event: 'x', level: 'info', key: new Uint8Array(4), payload: 'canary' } as const
    const { text } = written('info', line)
    expect(text).not.toContain('canary')
    expect(text).not.toContain('key')
  })
})
