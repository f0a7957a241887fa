/**
 * Names the code that reads requests: SHA-256 over its sources and the versions of its libraries.
 * Two sides that differ in it may not agree on what is signed. `npm run fix` writes it.
 */
export const DECODERS = '5027a951b3c18384a12cf8481aacc6263b49c8f4b6afcfef5ff9d5b13680da3c'
