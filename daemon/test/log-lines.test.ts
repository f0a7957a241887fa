import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ChainError } from '@tandem/chains'
import { DecodeError, ProtocolAbort, UsageError } from '@tandem/protocol'
import { Secret, TOTP } from 'otpauth'
import { afterAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { pinoLines } from '../src/adapters/log/pino.ts'
import { prometheus } from '../src/adapters/metrics/prometheus.ts'
import { memory } from '../src/adapters/stores/memory.ts'
import { ClientError } from '../src/core/errors.ts'
import { failuresOf } from '../src/core/observing/failures.ts'
import { observe } from '../src/core/observing/observe.ts'
import { followed } from '../src/core/operator/follow.ts'
import { OperatorError } from '../src/core/operator/errors.ts'
import { loadShare, walletPage } from '../src/core/wallet-record.ts'
import { KeyWrapError } from '../src/ports/key-wrap.ts'
import { StoreError } from '../src/ports/store.ts'
import { type Daemon, daemon, local } from './daemon-in-process.ts'
import { transfer } from './transfer.ts'

const folder = mkdtempSync(join(tmpdir(), 'tandem-canary-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Every byte string and number inside, however deep. */
function insides(value: unknown): Buffer[] {
  if (value instanceof Uint8Array) return value.length < 16 ? [] : [Buffer.from(value)]
  if (typeof value === 'bigint') {
    const hex = value.toString(16)
    return hex.length < 32 ? [] : [Buffer.from(hex.padStart(64, '0'), 'hex')]
  }
  if (value instanceof Map) return [...value.values()].flatMap(insides)
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(insides)
  return []
}

/** How eight bytes of a secret would look, wherever in it they stand. */
function formsOf(secret: Buffer): string[] {
  const places = [0, Math.floor(secret.length / 2), secret.length - 8]
  return places
    .flatMap((at) => {
      const part = secret.subarray(at, at + 8)
      return [part.toString('hex'), part.toString('hex').toUpperCase(), [...part].join(',')]
    })
    .concat(secret.toString('base64').slice(0, 16), secret.toString('base64url').slice(0, 16))
}

const found = (text: string, canaries: readonly Buffer[]) =>
  canaries.flatMap(formsOf).filter((form) => text.includes(form))

const spoken = 'canary-that-a-page-said'
const id = (value: number) => new Uint8Array(16).fill(value)

/** Everything that a daemon and its device keep secret. */
async function secretsOf({ parts }: Daemon, kept: unknown): Promise<Buffer[]> {
  const [record] = await walletPage(parts.store)
  if (!record?.active) throw new Error('no wallet')
  const share = await loadShare(parts.keys, parts.store, record.wallet, record.active.epoch)
  return [...insides(parts.root), ...insides(share), ...insides(kept)]
}

function logged(name: string) {
  const file = join(folder, name)
  return { lines: pinoLines({ level: 'debug', file }), text: () => readFileSync(file, 'utf8') }
}

describe('what the daemon says while it works', () => {
  test('has no secret in it, and nothing of a request: signatures, refusals, aborts and codes', async () => {
    const { lines, text } = logged('work.log')
    const metrics = prometheus(folder)
    const { store, follow } = followed(memory())
    follow(observe(lines, metrics))
    const clock = { ms: 1_800_000_000_000 }
    const cosigner = await daemon({ store, metrics, now: () => new Date(clock.ms) })
    let spoils = false
    const device = await cosigner.connect(undefined, (said) =>
      spoils && said.header.type === 'F3'
        ? { ...said, body: said.body.map((byte, at) => (at === 40 ? byte ^ 1 : byte)) }
        : said,
    )
    await device.makeWallet()
    const payload = transfer(0n)
    const signed = await device.sign(local, payload, {
      requestId: id(1),
      origin: `https://${spoken}`,
    })

    const refused: string[] = []
    for (const lie of [
      { chain: spoken },
      { account: spoken },
      { payload: Buffer.from(spoken) },
      { payload: transfer(9n) },
      { hash: new Uint8Array(32).fill(7) },
    ])
      refused.push((await device.ask(local, transfer(1n), { lie })).rule)
    expect(new Set(refused)).toEqual(new Set(['unknown-chain', 'mismatch', 'unreadable']))

    const { codes } = cosigner.parts.factors
    const link = await codes.propose()
    const secret = Secret.fromBase32(new URL(link).searchParams.get('secret') ?? '')
    const code = TOTP.generate({ secret, timestamp: clock.ms })
    await expect(codes.confirm(code === '000000' ? '111111' : '000000')).rejects.toThrow('wrong')
    await codes.confirm(code)

    spoils = true
    const aborted = new Promise<void>((resolve) => {
      follow(({ type }) => {
        if (type === 'aborted') resolve()
      })
    })
    await device.ask(local, transfer(2n), { requestId: id(2) })
    device.sign(local, transfer(2n), { requestId: id(2) }).catch(() => {})
    await aborted
    await device.close()

    const written = text() + (await metrics.text())
    for (const event of ['started', 'epoch', 'decided', 'mark', 'refused', 'aborted', 'factor'])
      expect(written).toContain(`"event":"${event}"`)
    expect(written).toContain('tandem_phase_seconds_count{phase="signature"} ')
    const canaries = [
      ...(await secretsOf(cosigner, device.kept)),
      Buffer.from(secret.bytes),
      Buffer.from(payload),
      Buffer.from(spoken),
      ...insides(signed),
    ]
    expect(canaries.length).toBeGreaterThan(50)
    expect(found(written, canaries)).toEqual([])
    for (const clear of [spoken, code, secret.base32, local.network.id, '0x1212'])
      expect(written).not.toContain(clear)

    // The control: a line that somebody made by hand is found.
    for (const canary of canaries) expect(found(canary.toString('hex'), [canary])).not.toEqual([])
  })

  test.for([
    ['of a client', new ClientError('mismatch', spoken)],
    ['of an operator', new OperatorError('not-found', spoken)],
    ['of a key', new KeyWrapError('failed', spoken, new Error(spoken))],
    ['of a store', new StoreError('failed', spoken, { secret: spoken })],
    ['of the protocol', new ProtocolAbort('ENCODING', undefined, spoken)],
    ['of a message', new DecodeError('ENCODING', spoken, spoken)],
    ['of a use', new UsageError(spoken)],
    ['of a chain', Object.assign(new ChainError('not-valid', spoken, spoken), { payload: spoken })],
    ['of a schema', z.strictObject({ [spoken]: z.int() }).safeParse({ [spoken]: spoken }).error],
    ['of several', new AggregateError([new Error(spoken)], spoken)],
    ['that is none', spoken],
    ['with a code of others', Object.assign(new Error(spoken), { code: `${spoken} ${spoken}` })],
  ] as const)('has the name of an error %s, and no word of it', ([, error]) => {
    const { lines, text } = logged('errors.log')
    lines.say({ event: 'failed', level: 'error', failures: failuresOf(error) })
    lines.say({
      event: 'ended',
      level: 'error',
      failures: failuresOf(new Error('x', { cause: error })),
    })
    expect(text()).toContain('"event":"failed"')
    expect(text()).not.toContain(spoken)
  })
})
