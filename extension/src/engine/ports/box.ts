/** Seals what this browser keeps secret, while it is unlocked. */
export interface Box {
  /** @param name of the row: a sealed value opens under its own name only. */
  seal(name: string, plain: Uint8Array): Uint8Array

  /** @throws when it was not sealed by this wallet under this name. */
  open(name: string, sealed: Uint8Array): Uint8Array
}
