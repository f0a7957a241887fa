/** `npm start`: the co-signer and the browser with the wallet, on this machine. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { loadConfig } from '../../daemon/src/config.ts'
import { buildAll } from './build.ts'
import { hasDisplay, openBrowser } from './browser.ts'
import { type CoSigner, isPaired, setUp, startCoSigner } from './co-signer.ts'
import { reset } from './reset.ts'
import { say, step } from './say.ts'
import { commandOf, tandem } from './tandem.ts'

const help = `npm start [-- OPTIONS]

Builds the extension and the co-signer, starts the co-signer, opens Chromium with the wallet, and prints a
pairing link if no browser is paired yet; without a terminal, the command that does. Ctrl-C stops it; the next
start finds the same wallet.

  --demo            another, throw-away wallet, three test chains and a shop: you press the buttons where there is
                    a display and a terminal; otherwise, and with --no-browser, the demo presses them
  --folder FOLDER   where the co-signer keeps everything, instead of the usual place
  --mainnet         also the main networks: read what README says about that first
  --no-browser      only the co-signer
  --port NUMBER     where the co-signer listens, instead of the usual one
  --reset           remove wallet and browser profile first, after a question
`

const { values } = parseArgs({
  options: {
    demo: { type: 'boolean', default: false },
    folder: { type: 'string' },
    help: { type: 'boolean', default: false },
    mainnet: { type: 'boolean', default: false },
    'no-browser': { type: 'boolean', default: false },
    port: { type: 'string' },
    reset: { type: 'boolean', default: false },
  },
})

try {
  if (values.help) process.stdout.write(help)
  else if (values.demo) await demonstrate()
  else await product()
} catch (error) {
  say(`\nIt stopped: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}

async function product(): Promise<void> {
  const { folder } = loadConfig({ folder: values.folder }, process.env).config
  const profile = `${folder}-browser`
  if (values.reset && !(await reset([folder, profile]))) {
    process.exitCode = 1
    return
  }
  const stopped = Promise.withResolvers<void>()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => stopped.resolve())

  const extension = await buildAll({ mainnet: values.mainnet })
  if (!(await setUp(folder))) {
    process.exitCode = 1
    return
  }
  const coSigner = await startCoSigner(folder, values)
  try {
    await Promise.race([use(coSigner, folder, extension, profile), coSigner.ended])
    say('\nThe co-signer runs. Ctrl-C stops it.')
    await Promise.race([stopped.promise, coSigner.ended])
  } finally {
    await coSigner.stop()
    step('stopped')
  }
}

/** Builds of its own, in folders of its own: nothing of it is kept, and nothing of the product touched. */
async function demonstrate(): Promise<void> {
  const { built } = await import('../../tests/daemon/built.setup.ts')
  const { buildExtension } = await import('../../tests/e2e/build.ts')
  step('building the co-signer')
  const { program, remove } = await built()
  process.env['TANDEM_PROGRAM'] = program
  const folder = mkdtempSync(join(tmpdir(), 'tandem-demo-extension-'))
  try {
    step('building the extension')
    const extension = buildExtension(folder)
    if (hasDisplay && process.stdin.isTTY && !values['no-browser']) {
      const { play } = await import('../../tests/demo/play.ts')
      await play(extension)
    } else {
      const { demo } = await import('../../tests/demo/demo.ts')
      await demo(extension)
    }
  } finally {
    remove()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function use(
  { isSealed }: CoSigner,
  folder: string,
  extension: string,
  profile: string,
): Promise<void> {
  if (isSealed) await tandem(folder, 'unseal')
  const paired = await isPaired(folder)
  if (!values['no-browser']) openBrowser(extension, profile)
  if (paired) return
  if (process.stdin.isTTY) await tandem(folder, 'pair')
  else
    say(
      `Nobody is at a terminal here. To connect a browser, run this in one:\n  ${commandOf(folder, 'pair')}`,
    )
}
