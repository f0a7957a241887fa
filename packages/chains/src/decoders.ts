/**
 * Names the code that reads requests: SHA-256 over its sources and the versions of its libraries.
 * Two sides that differ in it may not agree on what is signed. `npm run fix` writes it.
 */
export const DECODERS = 'a8dcc590dd0f18ec6250d50989360d9098353e2b6546638a0987a8e8a17d917f'
