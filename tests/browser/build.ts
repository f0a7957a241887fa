import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'rolldown'

/** What the wallet's extension allows itself. */
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; font-src 'self'; " +
  "img-src 'self' data:; connect-src https: wss: http: ws:"

export type Build = {
  /** Whether the policy lets WebAssembly run. */
  readonly wasm: boolean
}

/** Writes the throw-away extension to `folder`. @throws when the bundler has any doubt. */
export async function buildExtension(folder: string, { wasm }: Build): Promise<void> {
  await mkdir(folder, { recursive: true })
  const policy = wasm ? POLICY : POLICY.replace(" 'wasm-unsafe-eval'", '')
  const manifest = {
    manifest_version: 3,
    name: 'a test of the protocol package',
    version: '1',
    background: { service_worker: 'worker.js', type: 'module' },
    content_security_policy: { extension_pages: policy },
  }
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest))
  await writeFile(
    join(folder, 'result.html'),
    '<!doctype html><pre id="report"></pre><script type="module" src="page.js"></script>',
  )
  for (const entry of ['worker', 'page']) await bundle(entry, join(folder, `${entry}.js`))
}

/** One file an entry: a service worker may not import anything later. */
async function bundle(entry: string, file: string): Promise<void> {
  await build({
    input: join(import.meta.dirname, 'extension', `${entry}.ts`),
    platform: 'browser',
    // An unresolved `node:` import would only be a warning.
    onLog(_level, { message }) {
      throw new Error(message)
    },
    output: { file, format: 'esm', codeSplitting: false },
  })
}
