/**
 * A daemon in a process of its own that notes, beside its work, when each frame came to its core, when
 * each answer left, and when it was in the cryptography of a signature, and for whom.
 *
 *   node recorded.ts FOLDER SETTINGS     it is set up; says its address over IPC
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { loadConfig } from '../src/config.ts'
import { start } from '../src/daemon.ts'
import { outside } from '../src/main.ts'
import { effectiveSealing } from '../src/sealing.ts'
import { none } from '../src/adapters/metrics/none.ts'
import type { Moment, Records, Span } from './records.ts'

/** Now, and what this thread has worked until now: other programs may use the core in between. */
function moment(): Moment {
  const { user, system } = process.threadCpuUsage()
  return { at: Number(process.hrtime.bigint()) / 1e6, worked: (user + system) / 1000 }
}

const [folder = '', file = ''] = process.argv.slice(2)
const caller = new AsyncLocalStorage<number>()
let records: Records = { takes: [], steps: [] }
let connections = 0

const out = await outside()
const { config } = loadConfig({ folder, config: file, port: '0' }, process.env)
const sealing = effectiveSealing(config.folder, config.sealing)
if (!sealing) throw new Error('nothing is set up there')
const running = await start(
  {
    ...out,
    unmeasured: {
      ...none,
      timedSync(phase, work) {
        const from = moment()
        try {
          return work()
        } finally {
          const span: Span = { connection: caller.getStore() ?? -1, from, to: moment() }
          if (phase === 'step') records.steps.push(span)
        }
      },
    },
    serve: (door, hall, after) =>
      out.serve(
        door,
        {
          ...hall,
          welcome(line, who) {
            const connection = (connections += 1)
            let left: Moment[] = []
            const handler = hall.welcome(
              {
                ...line,
                send(frame) {
                  left.push(moment())
                  line.send(frame)
                },
              },
              who,
            )
            return {
              ...handler,
              take: (frame) =>
                caller.run(connection, async () => {
                  left = []
                  const own = left
                  const from = moment()
                  const goesOn = await handler.take(frame)
                  records.takes.push({ connection, from, to: moment(), left: own })
                  return goesOn
                }),
            }
          },
        },
        after,
      ),
  },
  config,
  sealing,
  undefined,
  (error) => {
    throw error
  },
)
const { open } = await running.status()
process.send?.({ address: open?.address })
process.on('message', () => {
  process.send?.({ records, worked: moment().worked })
  records = { takes: [], steps: [] }
})
process.once('disconnect', () => process.exit())
