import type { Item } from './state/item.ts'

const ALARM = 'auto-lock'
const MINUTE_MS = 60_000

export type AutoLockParts = {
  /** The part of `browser.alarms` that this needs. */
  readonly alarms: {
    create(name: string, when: { readonly when: number }): unknown
    readonly onAlarm: {
      addListener(hear: (alarm: { readonly name: string }) => void): void
    }
  }
  readonly now: () => number
  /** When the person was here last. It ends with the browser, as the open wallet does. */
  readonly lastUse: Item<number>
  /** Minutes. */
  readonly lockAfter: () => Promise<number>
  /** Something is being signed: it is not cut off. */
  readonly isBusy: () => boolean
  readonly lock: () => Promise<void>
}

export type AutoLock = {
  /** The person is here. */
  used(): Promise<void>
  /** It was unlocked, by whomever. */
  opened(): Promise<void>
}

/**
 * Locks what nobody uses. The time is kept by the browser, so a worker that is stopped locks no
 * later.
 */
export function autoLock(parts: AutoLockParts): AutoLock {
  const { alarms, now, lastUse, lockAfter, isBusy, lock } = parts

  async function wake(at: number): Promise<void> {
    await alarms.create(ALARM, { when: at })
  }

  const due = async (): Promise<number> => (await lastUse.get()) + (await lockAfter()) * MINUTE_MS

  async function used(): Promise<void> {
    const at = now()
    await lastUse.change(() => at)
    await wake(await due())
  }

  async function check(): Promise<void> {
    const at = await due()
    // A clock that was set back must not keep it open.
    if (now() < at && at - now() <= (await lockAfter()) * MINUTE_MS) return wake(at)
    if (isBusy()) return wake(now() + MINUTE_MS)
    await lock()
  }

  alarms.onAlarm.addListener(({ name }) => {
    if (name === ALARM) void check()
  })

  return {
    used,
    async opened() {
      const at = await due()
      await (at > now() ? wake(at) : used())
    },
  }
}
