import { bytesToHex } from '@noble/hashes/utils.js'
import { type Sealing, secretName, storedSecret } from '../../sealing.ts'
import { askSecret } from '../ask-person.ts'
import { CliError } from '../cli-error.ts'
import type { Command, Desk } from '../command.ts'
import { rows } from '../paper.ts'

export const init: Command = {
  name: 'init',
  group: 'Set up',
  summary: 'make a co-signer on this machine',
  usage: ['tandem init [--sealing KIND]'],
  help: `Makes the folder, the key that seals everything, the co-signer's identity and its database.
Nothing is written over: a folder that holds a co-signer, or a key, is refused.

What it keeps is sealed in one of these ways. Without --sealing, and without [sealing] in the settings, it takes the best that is there and says why.

  tpm         a key in this machine's TPM: a stolen disk is worth nothing
  pkcs11      a key in a token or HSM, opened with its PIN; described in the settings
  passphrase  a key made of words that you type after each start
  key-file    a key in a file beside the database: only for a disk that is encrypted`,
  options: { sealing: { type: 'string' } },
  optionHelp: [['--sealing KIND', 'tpm, passphrase or key-file']],
  operands: [0, 0],
  run,
}

async function run(desk: Desk): Promise<void> {
  const { config, sealing: set } = desk.settings()
  const out = await desk.outside()
  const { setUpDaemon } = await import('../../set-up.ts')
  const wanted = desk.option('sealing')
  const { sealing, why } =
    wanted === undefined
      ? set
        ? { sealing: set, why: 'Your settings say so.' }
        : await out.bestSealing(desk.terminal !== undefined)
      : { sealing: named(wanted), why: 'You asked for it.' }
  const secret = await newSecret(desk, sealing)
  try {
    const identity = await setUpDaemon(out, config.folder, sealing, secret)
    const key = bytesToHex(identity)
    if (desk.json) {
      desk.paper.line(JSON.stringify({ folder: config.folder, sealing: sealing.kind, why, key }))
      return
    }
    const { paper } = desk
    paper.line(paper.bold('Your co-signer is set up.'))
    paper.line()
    paper.write(
      rows(
        paper,
        [
          ['folder', config.folder],
          ['sealed by', `${nameOf[sealing.kind]}. ${why}`],
          ['identity', key],
        ],
        paper.dim,
      ),
    )
    if (sealing.kind === 'key-file') {
      paper.line()
      paper.line(
        `${paper.loud('Whoever copies this folder has the share.')} Keep it on an encrypted disk.`,
      )
    }
    paper.line()
    paper.line('Next: tandem start, then tandem pair in another window.')
  } finally {
    secret?.fill(0)
  }
}

const nameOf: Readonly<Record<Sealing['kind'], string>> = {
  tpm: "this machine's TPM",
  pkcs11: 'a key in your token',
  passphrase: 'a passphrase',
  'key-file': 'a key file',
}

function named(kind: string): Sealing {
  switch (kind) {
    case 'tpm':
      return { kind, tcti: 'device:/dev/tpmrm0' }
    case 'passphrase':
    case 'key-file':
      return { kind }
    default:
      throw new CliError('usage', `Tandem does not seal by "${kind}".`, 'Run: tandem help init')
  }
}

async function newSecret(desk: Desk, sealing: Sealing): Promise<Uint8Array | undefined> {
  const name = secretName(sealing)
  if (name === undefined) return undefined
  const stored = storedSecret(sealing, desk.credentials)
  if (stored) return stored
  if (name === 'PIN') return askSecret(desk.terminal, name)
  desk.paper.line('You type this passphrase after each start. Without it nothing opens, ever.')
  const first = await askSecret(desk.terminal, 'New passphrase')
  const again = await askSecret(desk.terminal, 'Once more')
  const isSame = first.length === again.length && first.every((byte, at) => byte === again[at])
  again.fill(0)
  if (isSame && first.length >= 8) return first
  const isShort = first.length < 8
  first.fill(0)
  if (isShort) throw new CliError('no', 'A passphrase has at least 8 characters.')
  throw new CliError('no', 'These were two different passphrases. Nothing was made.')
}
