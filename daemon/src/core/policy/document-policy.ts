import type { Document } from './document.ts'
import { type Facts, factsOf } from './facts.ts'
import { findingsOf, limitedAssets, windowsOf } from './findings.ts'
import type { Asked, Policy } from './policy.ts'
import { verdictOf } from './verdict.ts'

/** A policy that does what a document says. */
export function documentPolicy(document: Document): Policy {
  return {
    windows: (asked) => windowsOf(document, factsFor(document, asked)),
    evaluate(asked, spent) {
      const facts = factsFor(document, asked)
      return verdictOf(facts, findingsOf(document, facts, spent))
    },
  }
}

/** What the rules of a document are asked about. */
export function factsFor(document: Document, asked: Asked): Facts {
  return factsOf(asked, new Set(limitedAssets(document)))
}
