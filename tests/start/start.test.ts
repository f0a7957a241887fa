import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { drawHalf } from '@tandem/protocol'
import { afterEach, expect, test } from 'vitest'
import { type Pty, inTerminal } from '../daemon/pty.ts'
import { callAgain, pairDevice } from '../daemon/test-device.ts'
import { confirmThere } from '../e2e/phrase.ts'

const main = join(import.meta.dirname, '../../scripts/start/main.ts')
const parents: string[] = []

afterEach(() => {
  for (const parent of parents.splice(0)) rmSync(parent, { recursive: true, force: true })
})

/** `npm start` on a free port, with somebody at a terminal. */
function start(parent: string, ...args: readonly string[]) {
  const folder = join(parent, 'tandem')
  const options = ['--folder', folder, '--port', '0', '--no-browser', ...args]
  return inTerminal(options, { XDG_CONFIG_HOME: parent }, main)
}

function newParent(): string {
  const parent = mkdtempSync(join(tmpdir(), 'tandem-start-'))
  parents.push(parent)
  return parent
}

const PASSPHRASE = 'four plain words here'

/** A machine without a TPM asks for a passphrase, and again when it starts. */
async function chooses(terminal: Pty): Promise<void> {
  await terminal.find(/New passphrase: /)
  terminal.type(`${PASSPHRASE}\n`)
  await terminal.find(/Once more: /)
  terminal.type(`${PASSPHRASE}\n`)
  await terminal.find(/is set up/)
  await terminal.find(/passphrase: /i)
  terminal.type(`${PASSPHRASE}\n`)
}

test('a first start makes a co-signer and invites a browser, and the next one finds the same wallet', async () => {
  const parent = newParent()
  const first = start(parent)
  await chooses(first)
  const [link] = await first.find(/tandem:pair\?\S+/)
  // The same as a picture, for a camera.
  expect(first.screen().match(/[█▀▄]/g)?.length).toBeGreaterThan(200)
  const device = await pairDevice(link)
  await first.find(/Paired with/)
  const words = drawHalf((_label, length) => new Uint8Array(length).fill(7))
  const made = device.makeWallet({ backup: { kind: 'split' }, words })
  await confirmThere(first)
  await made
  const { kept } = device
  await device.close()
  await first.find(/Ctrl-C stops it/)
  first.type('\u0003')
  expect(await first.ended).toBe(0)
  expect(first.screen()).toContain('stopped')

  const second = start(parent)
  await second.find(/passphrase: /i)
  second.type(`${PASSPHRASE}\n`)
  const [, address = ''] = await second.find(/listening on (127\.0\.0\.1:\d+)/i)
  await second.find(/Ctrl-C stops it/)
  const back = await callAgain(address, kept)
  // It knows the wallet: both have the same log of it.
  expect((await back.audit()).length).toBeGreaterThan(0n)
  await back.close()
  second.type('\u0003')
  expect(await second.ended).toBe(0)
  // Nothing is set up anew, and nobody is invited whose browser is paired.
  expect(second.screen()).not.toContain('is set up')
  expect(second.screen()).not.toContain('tandem:pair')
})

test('a reset removes nothing before somebody typed that they mean it', async () => {
  const parent = newParent()
  const first = start(parent)
  await chooses(first)
  await first.find(/tandem:\S+/)
  first.type('\u0003')
  await first.ended
  const database = join(parent, 'tandem', 'tandem.db')

  const refused = start(parent, '--reset')
  await refused.find(/to go on: /)
  refused.type('yes\r')
  expect(await refused.ended).toBe(1)
  expect(existsSync(database)).toBe(true)

  const agreed = start(parent, '--reset')
  await agreed.find(/to go on: /)
  agreed.type('remove my wallet\r')
  await chooses(agreed)
  await agreed.find(/tandem:\S+/)
  agreed.type('\u0003')
  expect(await agreed.ended).toBe(0)
})
