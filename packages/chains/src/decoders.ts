/**
 * Names the code that reads requests: SHA-256 over its sources and the versions of its libraries.
 * Two sides that differ in it may not agree on what is signed. `npm run fix` writes it.
 */
export const DECODERS = 'aa84e924a7f9d525fd553ae7955b330c4067987292845709ca35ea3501e5cb19'
