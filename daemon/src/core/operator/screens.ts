import type { PhraseScreen } from '../../ports/phrase-screen.ts'

/** Asks a person at a terminal; `false` once the terminal is gone. */
export type Screen = PhraseScreen['confirm']

/** The terminals that are attached. The last one to come shows the words. */
export type Screens = PhraseScreen & {
  /** @returns how to leave. */
  attach(screen: Screen): () => void
}

export function screens(): Screens {
  const attached = new Set<Screen>()
  return {
    isThere: () => attached.size > 0,
    async confirm(words, ended) {
      const last = [...attached].at(-1)
      return last ? last(words, ended) : false
    },
    attach(screen) {
      attached.add(screen)
      return () => attached.delete(screen)
    },
  }
}
