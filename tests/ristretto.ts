import { type Ristretto, nobleRistretto, sodiumRistretto } from '@tandem/protocol'

/** A group that is ready, and whose code it is. */
export type ReadyRistretto = {
  readonly library: 'libsodium' | 'noble'
  readonly group: Ristretto
}

/** libsodium where its WebAssembly may run, else noble, which gives the same bytes. */
export async function readyRistretto(): Promise<ReadyRistretto> {
  try {
    const { default: sodium } = await import('libsodium-wrappers-sumo')
    await sodium.ready
    return { library: 'libsodium', group: sodiumRistretto(sodium) }
  } catch {
    return { library: 'noble', group: nobleRistretto }
  }
}
