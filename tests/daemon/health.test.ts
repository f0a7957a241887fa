import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DaemonProcess, startDaemon, testConfig } from './daemon.ts'
import { type TestDevice, pairDevice } from './test-device.ts'

const home = mkdtempSync(join(tmpdir(), 'tandem-health-'))
const logFile = join(home, 'lines.log')
let daemon: DaemonProcess
let device: TestDevice

beforeAll(async () => {
  const config = join(home, 'health.toml')
  appendFileSync(
    config,
    `${readFileSync(testConfig(home), 'utf8')}[log]\nlevel = "debug"\nfile = "${logFile}"\n[health]\nport = 0\n`,
    { mode: 0o600 },
  )
  daemon = await startDaemon(home, '--config', config)
  device = await pairDevice(daemon.link)
  await device.makeWallet()
})

afterAll(async () => {
  await device.close()
  await daemon.stop()
  rmSync(home, { recursive: true })
})

const lines = () =>
  readFileSync(logFile, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string; port?: number })

/** On the port that the daemon named in its log. */
async function get(path: string) {
  const port = lines().find(({ event }) => event === 'health')?.port
  const response = await fetch(`http://127.0.0.1:${port}${path}`)
  return { status: response.status, body: await response.text() }
}

describe('a daemon whose health is watched', () => {
  test('lives, is unsealed, and proves that it can unseal', async () => {
    expect(await get('/healthz')).toEqual({ status: 200, body: '{"alive":true,"sealed":false}\n' })
    expect(await get('/readyz')).toEqual({ status: 200, body: '{"ready":true}\n' })
  })

  test('has figures of what it did', async () => {
    const { body } = await get('/metrics')
    expect(body).toMatch(/^tandem_connections 1$/m)
    expect(body).toMatch(/^tandem_sealed 0$/m)
    expect(body).toMatch(/^tandem_phase_seconds_count\{phase="ceremony"\} [1-9]/m)
    expect(body).toMatch(/^tandem_phase_recent_seconds\{quantile="0.99",phase="F1"\} /m)
    expect(body).toMatch(/^tandem_events_total\{what="mark",label="signed"\} [1-9]/m)
  })

  test('writes what happened into a file that nobody else reads', () => {
    expect(lines().map(({ event }) => event)).toEqual(
      expect.arrayContaining(['unsealed', 'health', 'paired', 'epoch', 'mark']),
    )
    expect(statSync(logFile).mode & 0o777).toBe(0o600)
  })
})
