/** So many at once, and so many a second from then on. */
export type Rate = { readonly burst: number; readonly perSecond: number }

export type Bucket = {
  /** Takes one, if there is one. */
  take(): boolean
  /** Takes one in any case. @returns in how many milliseconds it is due. */
  reserve(): number
  giveBack(): void
  isFull(): boolean
}

export function bucket({ burst, perSecond }: Rate, now: () => Date): Bucket {
  let level = burst
  let at = now().getTime()

  function fill(): void {
    const time = now().getTime()
    // A clock that is set back fills nothing.
    level = Math.min(burst, level + (Math.max(0, time - at) / 1000) * perSecond)
    at = time
  }

  return {
    take() {
      fill()
      if (level < 1) return false
      level -= 1
      return true
    },
    reserve() {
      fill()
      level -= 1
      return Math.max(0, Math.ceil((-level / perSecond) * 1000))
    },
    giveBack() {
      level = Math.min(burst, level + 1)
    },
    isFull() {
      fill()
      return level === burst
    },
  }
}
