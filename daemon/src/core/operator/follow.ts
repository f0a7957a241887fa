import type { Store } from '../../ports/store.ts'
import { type Event, decodeEvent } from '../event.ts'

/** Hears each event once it is durable. Must not throw. */
export type Follower = (event: Event) => void

/** A store whose log can be followed: what the command line waits for is what the log says. */
export type Followed = {
  readonly store: Store
  /** @returns how to stop. */
  readonly follow: (follower: Follower) => () => void
}

export function followed(store: Store): Followed {
  const followers = new Set<Follower>()
  return {
    store: {
      ...store,
      async commit(batch) {
        const head = await store.commit(batch)
        if (followers.size === 0) return head
        for (const event of (batch.events ?? []).map(decodeEvent))
          for (const follower of followers) follower(event)
        return head
      },
    },
    follow(follower) {
      followers.add(follower)
      return () => followers.delete(follower)
    },
  }
}
