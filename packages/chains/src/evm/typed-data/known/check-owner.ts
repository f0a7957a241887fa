import { type Context, isSelf } from '../../context.ts'
import { fail } from '../path.ts'
import type { Values } from '../values.ts'

/**
 * Whoever disposes of something has to be the account that signs.
 *
 * @throws {ChainError} `wrong-account`: the signature would be worthless, or is not meant to be for
 *   what it says.
 */
export function checkOwner(message: Values, name: string, context: Context): string {
  const owner = message.address(name)
  // SECURITY: people would see their own account in somebody else's request. Test: test/typed-data/known.test.ts "somebody else’s is refused"
  if (!isSelf(context, owner))
    fail('wrong-account', { up: { key: 'message' }, key: name }, 'the account that signs')
  return owner
}
