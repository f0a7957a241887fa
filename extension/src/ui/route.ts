import { useSyncExternalStore } from 'react'

/** Where this page is: the parts of its hash, `#/activity/7` as `['activity', '7']`. */
export function useRoute(): readonly string[] {
  const hash = useSyncExternalStore(listen, () => location.hash)
  return hash.replace(/^#\/?/, '').split('/').filter(Boolean).map(decodeURIComponent)
}

export const hrefOf = (...parts: readonly string[]): string =>
  `#/${parts.map(encodeURIComponent).join('/')}`

export function go(...parts: readonly string[]): void {
  location.hash = hrefOf(...parts)
}

function listen(hear: () => void): () => void {
  window.addEventListener('hashchange', hear)
  return () => window.removeEventListener('hashchange', hear)
}
