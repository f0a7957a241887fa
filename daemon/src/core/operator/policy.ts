import { bytesToHex as hex, hexToBytes } from '@noble/hashes/utils.js'
import { equalBytes } from '@tandem/protocol'
import { ClientError } from '../errors.ts'
import { check } from '../policy/check.ts'
import { differences } from '../policy/differences.ts'
import { documentHash } from '../policy/document.ts'
import type { Inside } from './inside.ts'
import type { Done, PolicyChange, PolicyView } from './messages.ts'
import { requireCode } from './require-code.ts'

type Own = Pick<Inside, 'parts'>

/** The policy, and the one that waits. */
export function policyView({ parts }: Own): PolicyView {
  const { version, hash, text, since } = parts.policy.current()
  const waiting = parts.policy.waiting()
  return {
    version,
    hash: hex(hash),
    text,
    since: since.toISOString(),
    ...(waiting && {
      waiting: { hash: hex(waiting.hash), text: waiting.text, at: waiting.at.toISOString() },
    }),
  }
}

/** What another policy would change, before anybody agrees to it. @throws {ClientError} */
export async function comparePolicy({ parts }: Own, text: string): Promise<PolicyChange> {
  const { policy, factors } = parts
  const current = policy.current()
  const document = policy.read(text)
  return {
    over: hex(current.hash),
    isSame: equalBytes(documentHash(document), documentHash(current.document)),
    remarks: check(document).map(({ rule, text: remark }) => ({
      ...(rule !== undefined && { rule }),
      text: remark,
    })),
    differences: differences(current.document, document),
    asksCode: await factors.codes.isEnrolled(),
    waitsMs: await policy.waitsMs(),
  }
}

/**
 * Puts another policy in the place of the one that the person has seen.
 *
 * @throws {OperatorError} `wrong-secret`, `locked` for the code
 * @throws {ClientError} `unreadable`, `conflict`
 */
export async function setPolicy(
  { parts }: Own,
  { text, over, code }: { readonly text: string; readonly over: string; readonly code?: string },
): Promise<PolicyView> {
  const { policy } = parts
  policy.read(text)
  if (!equalBytes(hexToBytes(over), policy.current().hash))
    throw new ClientError('conflict', 'the policy has changed since you looked at it')
  if (policy.waiting()) throw new ClientError('conflict', 'another policy waits: cancel it first')
  // SECURITY: who sits down at an unlocked terminal must not lift the limits. Test: test/policy-change.test.ts "asks for the code of an app that is enrolled, and uses it up"
  await requireCode(parts, code)
  await policy.change(text)
  return policyView({ parts })
}

/** @returns `done`: whether another policy waited. */
export async function cancelPolicy({ parts }: Own): Promise<Done> {
  return { done: await parts.policy.cancel() }
}
