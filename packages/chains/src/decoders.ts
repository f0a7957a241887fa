/**
 * Names the code that reads requests: SHA-256 over its sources and the versions of its libraries.
 * Two sides that differ in it may not agree on what is signed. `npm run fix` writes it.
 */
export const DECODERS = '808fbc6a66389cd323ec0ba62827d968934f76cf2dd122e1d9dab9f82b7d7237'
