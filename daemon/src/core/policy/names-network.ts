import { writeDocument, type Document } from './document.ts'

/**
 * Whether a policy says what happens on a network that is in no list: a rule names it, or one is about all that no
 * limit names.
 */
export function namesNetwork(document: Document, chain: string): boolean {
  return writeDocument(document).rules.some(
    (settings) => settings.rule === 'uncovered' || Object.values(settings).some(names(chain)),
  )
}

/** Chains, assets and accounts, which begin with their chain. */
const names = (chain: string) => (value: unknown) =>
  Array.isArray(value) &&
  value.some(
    (one) =>
      typeof one === 'string' &&
      (one === chain || one.startsWith(`${chain}/`) || one.startsWith(`${chain}:`)),
  )
