import { useSyncExternalStore } from 'react'

/** `narrow`: a popup, or a window as small. `two`: wide enough for a list beside what is chosen in it. */
export type Panes = 'narrow' | 'one' | 'two'

const atLeastOne = matchMedia('(min-width: 640px)')
const atLeastTwo = matchMedia('(min-width: 1024px)')

/** How much stands beside each other, whenever the window becomes another one. */
export const usePanes = (): Panes =>
  useSyncExternalStore(listen, () =>
    atLeastTwo.matches ? 'two' : atLeastOne.matches ? 'one' : 'narrow',
  )

function listen(hear: () => void): () => void {
  for (const one of [atLeastOne, atLeastTwo]) one.addEventListener('change', hear)
  return () => {
    for (const one of [atLeastOne, atLeastTwo]) one.removeEventListener('change', hear)
  }
}
