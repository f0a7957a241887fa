/**
 * Names the code that reads requests: SHA-256 over its sources and the versions of its libraries.
 * Two sides that differ in it may not agree on what is signed. `npm run fix` writes it.
 */
export const DECODERS = '33f4e8e19e39ce1b69d0068740ba2dbd7c85bc206006d9f5410d8637cdd2d4cf'
