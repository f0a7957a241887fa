/**
 * The content security policy, seen from under it. An entry imports this before everything else,
 * because schemas look at zod's setting as they are made.
 */
import { z } from 'zod'
import type { Runtime } from './messages.ts'

declare const chrome: { readonly runtime: Runtime }

z.config({ jitless: true })

/** What the manifest's policy has refused in this context: `eval`, `wasm-eval` or an address. */
export const violations: string[] = []

const policy = chrome.runtime.getManifest().content_security_policy.extension_pages
let next = Promise.withResolvers<string>()

// Chromium adds a policy of its own, and reports what violates both of them twice.
globalThis.addEventListener('securitypolicyviolation', ({ blockedURI, originalPolicy }) => {
  if (originalPolicy !== policy) return
  violations.push(blockedURI)
  next.resolve(blockedURI)
  next = Promise.withResolvers<string>()
})

/** How the policy takes `work`: that it is allowed, or the error and the violation that it reports. */
export async function underPolicy(work: () => unknown): Promise<string> {
  const reported = next.promise
  try {
    await work()
    return 'allowed'
  } catch (error) {
    return `${error instanceof Error ? error.name : String(error)} for ${await reported}`
  }
}
