import type { SignIn } from '../intent.ts'

/** An EIP-4361 sign-in; `near`: text that says almost what one says. */
export function readSiwe(_text: string): SignIn | 'near' | undefined {
  return undefined
}
