import { EngineError } from '../messages/engine.ts'

/** `approve(address,uint256)`: four bytes, the spender, the amount. */
const APPROVE = /^(0x095ea7b3[0-9a-f]{64})[0-9a-f]{64}$/i

/**
 * An ERC-20 approval with another amount. What comes of it is read again like any other request, so
 * nothing rests on this.
 *
 * @param fields as a site gave them. @throws {EngineError} `unsupported`: it is no approval.
 */
export function limited(
  fields: Readonly<Record<string, unknown>>,
  limit: bigint,
): Readonly<Record<string, unknown>> {
  const { data, input, ...others } = fields
  const found = APPROVE.exec(String(data ?? input))?.[1]
  // SECURITY: a limit must not leave a request as it was, or change one that it was not meant for. Test: src/engine/limited.test.ts "what is no approval gets no limit"
  if (found === undefined || limit < 0n || limit >> 256n > 0n)
    throw new EngineError('unsupported', 'only an approval of a token has a limit')
  return { ...others, data: found + limit.toString(16).padStart(64, '0') }
}
