import type { Document } from '../core/policy/document.ts'

/** A policy as a person writes it. */
export interface PolicyText {
  /**
   * @param name of the text, for messages.
   * @throws {PolicyTextError} says where and what was expected.
   */
  read(text: string, name: string): Document

  write(document: Document): string
}

/** A policy that cannot be read: where, and what was expected. */
export class PolicyTextError extends Error {
  override readonly name = 'PolicyTextError'
}
