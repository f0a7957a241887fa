import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { bundle } from '../build/bundle.ts'
import { step } from './say.ts'

const root = join(import.meta.dirname, '../..')

/** Builds the co-signer and the extension. @returns the folder that a browser loads. @throws what a build says. */
export async function buildAll({ mainnet }: { readonly mainnet: boolean }): Promise<string> {
  step('building the co-signer')
  await bundle(root, join(root, 'daemon', 'dist'))
  step('building the extension')
  const home = join(root, 'extension')
  const wxt = join(home, 'node_modules/wxt/bin/wxt.mjs')
  const child = spawn(process.execPath, [wxt, 'build'], {
    cwd: home,
    stdio: ['ignore', 'pipe', 'pipe'],
    // What people use, whatever this process is: a test, say.
    env: {
      ...process.env,
      NODE_ENV: 'production',
      WXT_MAINNET: mainnet ? '1' : '',
      // A browser without a wallet opens its first screen by itself.
      WXT_WELCOME: '1',
    },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => (said += data.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`the extension was not built:\n${said}`)
  return join(home, 'dist/chrome-mv3')
}
