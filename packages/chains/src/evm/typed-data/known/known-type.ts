import type { Context, Read } from '../../context.ts'
import type { Values } from '../values.ts'

/** A type of message whose meaning is known. */
export type KnownType = {
  /** `encodeType`, to the letter: a message of another type is no such message to its contract. */
  readonly type: string
  /** What it does, in order. None: it could not be said in full. @throws {ChainError} */
  read(message: Values, contract: string, context: Context): readonly Read[]
  /** The message says more than what `read` gives. */
  readonly more?: true
}
