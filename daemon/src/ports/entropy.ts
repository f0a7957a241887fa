/** Fresh bytes from the operating system, never from a state that a snapshot could repeat. */
export interface Entropy {
  /** @throws when the system cannot give them: nothing weaker stands in. */
  bytes(length: number): Uint8Array
}
