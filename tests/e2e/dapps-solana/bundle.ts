import { build } from 'rolldown'

/** One script of a dApp page, with the libraries that it uses as npm has them. */
export async function bundle(entry: string): Promise<string> {
  const { output } = await build({
    input: entry,
    platform: 'browser',
    write: false,
    // What libraries warn of is theirs.
    onLog: () => undefined,
    transform: { define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' } },
    output: { format: 'iife', codeSplitting: false },
  })
  return output[0].code
}
