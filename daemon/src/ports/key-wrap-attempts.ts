/**
 * Makes guessing slow: after some wrong PINs or passphrases the next one has to wait, longer each
 * time, also across restarts. Tokens often count nothing themselves.
 */
export interface Attempts {
  /**
   * Counts a try before it is made, so that a crash saves none. It is taken back when the try ends
   * in anything but a {@link KeyWrapError} `wrong-pin`; a right one forgets all wrong ones.
   *
   * @throws {KeyWrapError} `locked` too early: nothing was tried.
   */
  limited<T>(attempt: () => Promise<T>): Promise<T>
}
