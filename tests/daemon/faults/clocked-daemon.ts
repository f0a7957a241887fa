/** A daemon as `tandem start` runs it, but for its clock: whoever started it moves that. */
import { readdirSync } from 'node:fs'
import { readyRistretto } from '../../ristretto.ts'
import { here } from '../../../daemon/src/adapters/ceremonies/here.ts'
import { webAuthn } from '../../../daemon/src/adapters/passkey/web-authn.ts'
import { loadConfig } from '../../../daemon/src/config.ts'
import { start } from '../../../daemon/src/daemon.ts'
import { outside } from '../../../daemon/src/main.ts'
import { effectiveSealing } from '../../../daemon/src/sealing.ts'
import { ORIGIN, type Question, type Reply } from './clocked.ts'
import { handClock } from './hand-clock.ts'

const [folder = '', config = '', ...chain] = process.argv.slice(2)
const settings = loadConfig({ folder, config, chain, port: '0', host: undefined }, {})
const sealing = effectiveSealing(folder, settings.config.sealing)
if (!sealing) throw new Error('a daemon that is set up')

const clock = handClock()
let busy = 0
async function busily<T>(work: Promise<T>): Promise<T> {
  busy += 1
  return work.finally(() => (busy -= 1))
}

const out = await outside()
const running = await start(
  {
    ...out,
    serve: (door, hall, ...rest) =>
      out.serve(
        door,
        {
          ...hall,
          welcome(line, caller) {
            const handler = hall.welcome(line, caller)
            return {
              take: (frame) => busily(handler.take(frame)),
              end: () => busily(handler.end()),
            }
          },
        },
        ...rest,
      ),
    now: clock.now,
    clock: () => clock,
    webAuthn: () => webAuthn([ORIGIN]),
    // In its own thread a ceremony goes on while this one answers that it has nothing to do.
    ceremonies: here((await readyRistretto()).group),
  },
  settings.config,
  sealing,
  undefined,
  (error) => {
    process.stderr.write(`${String(error)}\n`)
    process.exit(1)
  },
)
const { open } = await running.status()

process.on('message', (asked: Question) => {
  void answer(asked).then((reply) => process.send?.(reply))
})
process.once('disconnect', () => process.exit(0))
process.send?.({ address: open?.address })

async function answer({ id, pass }: Question): Promise<Reply> {
  if (pass !== undefined) await clock.pass(pass)
  return {
    id,
    timers: clock.waiting(),
    busy,
    files: readdirSync('/proc/self/fd').length,
    handles: process.getActiveResourcesInfo(),
  }
}
