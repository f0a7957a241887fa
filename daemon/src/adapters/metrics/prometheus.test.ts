import { tmpdir } from 'node:os'
import { describe, expect, test } from 'vitest'
import { prometheus } from './prometheus.ts'

/** `name{labels}` → value. */
async function figures(metrics: { text(): Promise<string> }): Promise<Map<string, number>> {
  const lines = (await metrics.text()).split('\n').filter((line) => line && !line.startsWith('#'))
  return new Map(
    lines.map((line) => {
      const space = line.lastIndexOf(' ')
      return [line.slice(0, space), Number(line.slice(space + 1))]
    }),
  )
}

describe('the figures for Prometheus', () => {
  test('have a histogram and three quantiles for each phase', async () => {
    const metrics = prometheus(tmpdir())
    for (let ms = 1; ms <= 100; ms += 1) metrics.took('F1', ms)
    const found = await figures(metrics)
    expect(found.get('tandem_phase_seconds_count{phase="F1"}')).toBe(100)
    expect(found.get('tandem_phase_seconds_bucket{le="0.05",phase="F1"}')).toBe(50)
    const quantile = (q: string) =>
      found.get(`tandem_phase_recent_seconds{quantile="${q}",phase="F1"}`)
    expect(quantile('0.5')).toBeCloseTo(0.0505, 3)
    expect(quantile('0.95')).toBeCloseTo(0.0955, 3)
    expect(quantile('0.99')).toBeCloseTo(0.0995, 3)
  })

  test('time work that fails as well, and pass its error on', async () => {
    const metrics = prometheus(tmpdir())
    expect(await metrics.timed('S1', async () => 7)).toBe(7)
    await expect(metrics.timed('S1', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect((await figures(metrics)).get('tandem_phase_seconds_count{phase="S1"}')).toBe(2)
    expect(metrics.timedSync('step', () => 7)).toBe(7)
    expect(() =>
      metrics.timedSync('step', () => {
        throw new Error('no')
      }),
    ).toThrow('no')
    expect((await figures(metrics)).get('tandem_phase_seconds_count{phase="step"}')).toBe(2)
  })

  test('count outcomes and show levels, the disk and the event loop', async () => {
    const metrics = prometheus(tmpdir())
    metrics.count('decision', 'deny')
    metrics.count('decision', 'deny')
    metrics.change('connections', 1)
    metrics.change('connections', 1)
    metrics.change('connections', -1)
    metrics.set('sealed', 1)
    const found = await figures(metrics)
    expect(found.get('tandem_events_total{what="decision",label="deny"}')).toBe(2)
    expect(found.get('tandem_connections')).toBe(1)
    expect(found.get('tandem_sealed')).toBe(1)
    expect(found.get('tandem_disk_free_bytes')).toBeGreaterThan(0)
    expect(found.has('tandem_nodejs_eventloop_lag_p99_seconds')).toBe(true)
    expect(found.get('tandem_process_resident_memory_bytes')).toBeGreaterThan(0)
  })
})
