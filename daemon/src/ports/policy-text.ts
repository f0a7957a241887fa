import type { Document } from '../core/policy/document.ts'

/** The most that a policy may have, in UTF-8: it is told to devices in one message. */
export const MAX_POLICY = 64 * 1024

/** A policy as a person writes it. */
export interface PolicyText {
  /**
   * @param name of the text, for messages.
   * @throws {PolicyTextError} it is longer than {@link MAX_POLICY}, or no policy: says where and what was expected.
   */
  read(text: string, name: string): Document

  write(document: Document): string
}

/** A policy that cannot be read: where, and what was expected. */
export class PolicyTextError extends Error {
  override readonly name = 'PolicyTextError'
}
