/** A failure under the name that Solana's wallet adapters give it, with the wallet's own code. */
class WalletError extends Error {
  override readonly name: string
  readonly code: number

  constructor(name: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : 'failed', { cause })
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    this.code = typeof code === 'number' ? code : -32603
    this.name = this.code === 4100 ? 'WalletNotConnectedError' : name
  }
}

/** The same work, with failures of this name. */
export async function naming<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw new WalletError(name, error)
  }
}
