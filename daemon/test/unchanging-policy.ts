import { policyHash } from '@tandem/protocol'
import { defaultDocument } from '../src/core/policy/default.ts'
import type { KeptPolicy } from '../src/core/policy/kept-policy.ts'
import type { Policy } from '../src/core/policy/policy.ts'

/** A policy that no text says, and nobody changes. */
export function unchangingPolicy(policy: Policy): KeptPolicy {
  const standing = {
    version: 1,
    hash: policyHash(new Uint8Array(0)),
    text: '',
    since: new Date(0),
    document: defaultDocument(),
    policy,
  }
  const never = async (): Promise<never> => {
    throw new Error('this policy stays')
  }
  return {
    current: () => standing,
    waiting: () => undefined,
    read: () => standing.document,
    waitsMs: never,
    change: never,
    cancel: never,
    follow: () => () => undefined,
    close: () => undefined,
  }
}
