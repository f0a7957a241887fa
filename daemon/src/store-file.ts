import type { Store } from './ports/store.ts'

/** A store in a file. */
export type StoreFile = Store & {
  /** Copies itself as it is at one moment, while it goes on. */
  copyTo(path: string): Promise<void>
  /** What its promises rest on. */
  facts(): { readonly sqlite: string; readonly synchronous: string }
}
