import { statfs } from 'node:fs/promises'
import {
  Counter,
  Gauge as PromGauge,
  Histogram,
  Registry,
  Summary,
  collectDefaultMetrics,
} from 'prom-client'
import { type Gauge, type Metrics, type Phase, gauges } from '../../ports/metrics.ts'

const BUCKETS_S = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 120]
const RECENT_S = 600

const help: Record<Gauge, string> = {
  connections: 'Devices that are connected.',
  queue: 'Messages that wait or are handled.',
  sealed: '1 while the daemon is sealed.',
}

/**
 * Counts for Prometheus: histograms to add up over machines, and the quantiles of the last ten
 * minutes for whoever reads one machine's page. The process's own figures (memory, event loop) stand
 * beside them.
 *
 * @param folder whose disk is watched.
 */
export function prometheus(folder: string): Metrics & { text(): Promise<string> } {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry, prefix: 'tandem_' })
  const seconds = new Histogram({
    name: 'tandem_phase_seconds',
    help: 'What a piece of work takes.',
    labelNames: ['phase'],
    buckets: BUCKETS_S,
    registers,
  })
  const recent = new Summary({
    name: 'tandem_phase_recent_seconds',
    help: 'The same, of the last ten minutes.',
    labelNames: ['phase'],
    percentiles: [0.5, 0.95, 0.99],
    maxAgeSeconds: RECENT_S,
    ageBuckets: 5,
    registers,
  })
  const events = new Counter({
    name: 'tandem_events_total',
    help: 'Decisions by outcome, refusals and aborts by code, marks by kind, factors by outcome.',
    labelNames: ['what', 'label'],
    registers,
  })
  const level = new Map(
    gauges.map((name) => [
      name,
      new PromGauge({ name: `tandem_${name}`, help: help[name], registers }),
    ]),
  )
  registry.registerMetric(
    new PromGauge({
      name: 'tandem_disk_free_bytes',
      help: 'What is left of the disk of the daemon.',
      registers: [],
      async collect() {
        const { bavail, bsize } = await statfs(folder)
        this.set(bavail * bsize)
      },
    }),
  )

  const took = (phase: Phase, ms: number) => {
    seconds.observe({ phase }, ms / 1000)
    recent.observe({ phase }, ms / 1000)
  }

  return {
    async timed(phase, work) {
      const start = performance.now()
      try {
        return await work()
      } finally {
        took(phase, performance.now() - start)
      }
    },
    timedSync(phase, work) {
      const start = performance.now()
      try {
        return work()
      } finally {
        took(phase, performance.now() - start)
      }
    },
    took,
    count: (what, label) => events.inc({ what, label }),
    change: (gauge, by) => level.get(gauge)?.inc(by),
    set: (gauge, value) => level.get(gauge)?.set(value),
    text: () => registry.metrics(),
  }
}
