import * as z from 'zod'
import { item } from './state/item.ts'
import { settings } from './state/settings.ts'

const ALARM = 'auto-lock'
const MINUTE_MS = 60_000

/** When the person was here last. It ends with the browser, as the open wallet does. */
const lastUse = item('session', 'used', z.number(), 0)

/** The part of `browser.alarms` that this needs. */
type Alarms = {
  create(name: string, when: { when: number }): unknown
  readonly onAlarm: { addListener(hear: (alarm: { readonly name: string }) => void): void }
}

/**
 * Locks what nobody uses. The time is kept by the browser, so a worker that is stopped locks no
 * later.
 */
export function autoLock(parts: {
  readonly alarms: Alarms
  readonly now: () => number
  /** Something is being signed: it is not cut off. */
  readonly isBusy: () => boolean
  readonly lock: () => Promise<void>
}): {
  /** The person is here. */
  used(): Promise<void>
  /** It was unlocked, by whomever. */
  opened(): Promise<void>
} {
  const { alarms, now } = parts
  const wake = async (at: number): Promise<void> => {
    await alarms.create(ALARM, { when: at })
  }

  async function check(): Promise<void> {
    const { lockAfter } = await settings.get()
    const due = (await lastUse.get()) + lockAfter * MINUTE_MS
    if (now() < due) return wake(due)
    if (parts.isBusy()) return wake(now() + MINUTE_MS)
    await parts.lock()
  }

  alarms.onAlarm.addListener(({ name }) => {
    if (name === ALARM) void check()
  })

  async function used(): Promise<void> {
    const at = now()
    await lastUse.change(() => at)
    const { lockAfter } = await settings.get()
    await wake(at + lockAfter * MINUTE_MS)
  }

  return {
    used,
    async opened() {
      const { lockAfter } = await settings.get()
      const due = (await lastUse.get()) + lockAfter * MINUTE_MS
      await (due > now() ? wake(due) : used())
    },
  }
}
