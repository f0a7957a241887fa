import { UsageError } from '../abort.ts'
import { equalBytes } from '../core/bytes.ts'
import { H } from '../core/hash.ts'
import { ED25519 } from '../core/suite.ts'
import { selfTestMessage } from '../dkg/transcript.ts'
import { checkPath } from '../hd/path.ts'
import type { WalletShare } from '../share/share.ts'
import { requestHash } from '../wire/request-hash.ts'
import { type Draft, keyShare } from './draft.ts'
import type { SigningRequest } from './request.ts'

/**
 * The one request that may name the self-test messages: every key of a new epoch signs its own once,
 * from the root, before an address is shown. Both sides come to the same request by themselves.
 */
export function selfTestRequest({ keys }: WalletShare): SigningRequest {
  return {
    requestId: H('self-test', ...keys.map(({ epochSid }) => epochSid)).slice(0, 16),
    entries: keys.map(({ suite, keyId, epochSid }, index) => ({
      index,
      suite,
      keyId,
      path: [],
      message: selfTestMessage(keyId, epochSid),
    })),
  }
}

/**
 * Whether a request can be signed at all, before it is approved.
 *
 * @throws {UsageError | DecodeError}
 */
export function checkRequest(draft: Draft, request: SigningRequest): void {
  const { requestId, entries } = request
  if (requestId.length !== 16) throw new UsageError('requestId: expected 16 bytes')
  if (entries.length === 0 || !entries.every((entry, at) => entry.index === at))
    throw new UsageError('entries: expected indices 0, 1, 2 …')
  const test = selfTestRequest(draft.base.share)
  const selfTest = equalBytes(requestId, test.requestId)
  if (selfTest && !equalBytes(requestHash(entries), requestHash(test.entries)))
    throw new UsageError("requestId: the self-test's own")
  for (const { suite, keyId, path, message } of entries) {
    const key = keyShare(draft, keyId)
    // SECURITY: what is approved as a message of one chain must not be signed with the key of another. Test: test/attacks/domains.test.ts "an approval that names a key of another family is refused"
    if (key.suite !== suite) throw new UsageError('entries: expected the suite of each key')
    if (suite !== ED25519 && message.length !== 32)
      throw new UsageError('message: expected a digest of 32 bytes')
    checkPath(path)
    // SECURITY: the self-test's message is signed for nobody else. Test: src/session/check-request.test.ts "no request but the self-test can name the self-test's messages"
    if (!selfTest && equalBytes(message, selfTestMessage(keyId, key.epochSid)))
      throw new UsageError("message: the self-test's own")
  }
}
