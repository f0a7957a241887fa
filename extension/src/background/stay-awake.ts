import { browser } from 'wxt/browser'

/** A worker that hears and asks nothing is stopped after 30 seconds. */
const EVERY_MS = 20_000

/** Keeps this worker from being stopped for as long as somebody waits for it. */
export function stayAwake(): (isAwaited: boolean) => void {
  let timer: ReturnType<typeof setInterval> | undefined
  return (isAwaited) => {
    if (!isAwaited) {
      clearInterval(timer)
      timer = undefined
    } else timer ??= setInterval(() => void browser.runtime.getPlatformInfo(), EVERY_MS)
  }
}
