import { defaultDocument, strictDocument } from '../../daemon/src/core/policy/default.ts'
import { writeDocument } from '../../daemon/src/core/policy/document.ts'

/** The policies that a co-signer can begin with, as a file has them. */
export const firstPolicies = [defaultDocument(), strictDocument()].map(writeDocument)
