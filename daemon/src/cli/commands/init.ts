import { bytesToHex } from '@noble/hashes/utils.js'
import type { Outside } from '../../daemon.ts'
import type { Command, Desk } from '../command.ts'
import { newSealing, newSecret, sealingWords } from '../new-sealing.ts'
import { rows } from '../paper.ts'

export const init: Command = {
  name: 'init',
  group: 'Set up',
  summary: 'make a co-signer on this machine',
  usage: ['tandem init [--sealing KIND] [--policy FILE]'],
  help: `Makes the folder, the key that seals everything, the co-signer's identity and its database.
Nothing is written over: a folder that holds a co-signer, or a key, is refused.

What it keeps is sealed in one of these ways. Without --sealing, and without [sealing] in the settings, it takes the best that is there and says why.

  tpm         a key in this machine's TPM: a stolen disk is worth nothing
  pkcs11      a key in a token or HSM, opened with its PIN; described in the settings
  passphrase  a key made of words that you type after each start
  key-file    a key in a file beside the database: only for a disk that is encrypted`,
  options: { sealing: { type: 'string' }, policy: { type: 'string' } },
  optionHelp: [
    ['--sealing KIND', 'tpm, pkcs11, passphrase or key-file'],
    ['--policy FILE', 'by what it decides first, instead of the default policy'],
  ],
  operands: [0, 0],
  run,
}

/** Read before anything is made. */
function policyOf(out: Outside, file: string | undefined): string | undefined {
  if (file === undefined) return undefined
  const text = out.policyFile(file)
  out.policyText.read(text, file)
  return text
}

async function run(desk: Desk): Promise<void> {
  const { config } = desk.settings()
  const out = await desk.outside()
  const { setUpDaemon } = await import('../../set-up.ts')
  const policy = policyOf(out, desk.option('policy'))
  const { sealing, why } = await newSealing(desk)
  const secret = await newSecret(desk, sealing)
  try {
    const identity = await setUpDaemon(out, config.folder, sealing, secret, policy)
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
          ['sealed by', `${sealingWords[sealing.kind]}. ${why}`],
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
