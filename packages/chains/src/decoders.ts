/**
 * Names the code that reads requests: SHA-256 over its sources and the versions of its libraries.
 * Two sides that differ in it may not agree on what is signed. `npm run fix` writes it.
 */
export const DECODERS = '48ac248cdfeb18d9a73642f70cdecf5ef2f5f89306e035ffd7a670045e4412c5'
