import { bytesToHex } from '@noble/hashes/utils.js'
import { askYes } from '../ask-person.ts'
import { CliError } from '../cli-error.ts'
import type { Command, Desk } from '../command.ts'
import { newSealing, newSecret, sealingWords } from '../new-sealing.ts'
import { rows, wrap } from '../paper.ts'
import { day } from '../words.ts'
import { backupPassphrase } from './backup.ts'

export const restore: Command = {
  name: 'restore',
  group: 'Set up',
  summary: 'make the co-signer of a backup, on this machine',
  usage: ['tandem restore FILE [--sealing KIND] [--secret-file FILE] [--retire-old]'],
  help: `Opens a backup into an empty folder, under a new key: --sealing as with tandem init. Its identity stays, so your devices know it.

The co-signer that the backup was made of must never run again. Two that run are two logs and two limits. As soon as new shares are made, the share that it has is worth nothing.

Nothing is signed at first: a backup has forgotten what was signed since. For each wallet, run tandem rotate and begin it on your device; then it signs again, with new shares and the same addresses.

What came after the backup is not in it. A wallet that was made or rotated since does not come back: recover it with its recovery phrase. A device that was revoked since is paired again: look at tandem devices. Limits do not count what was spent since.`,
  options: {
    sealing: { type: 'string' },
    'secret-file': { type: 'string' },
    'retire-old': { type: 'boolean' },
  },
  optionHelp: [
    ['--sealing KIND', 'tpm, pkcs11, passphrase or key-file'],
    ['--secret-file FILE', 'a file of mode 0600 with the passphrase of the backup'],
    ['--retire-old', 'say without a question that the old co-signer never runs again'],
  ],
  operands: [1, 1],
  run,
}

async function run(desk: Desk): Promise<void> {
  const [path = ''] = desk.operands
  const { config } = desk.settings()
  const { requireEmpty, restoreDaemon } = await import('../../restore-daemon.ts')
  requireEmpty(config.folder)
  await retireOld(desk)
  const out = await desk.outside()
  const words = await backupPassphrase(desk)
  try {
    const { sealing, why } = await newSealing(desk)
    const secret = await newSecret(desk, sealing)
    try {
      const restored = await restoreDaemon(out, { path, words }, config.folder, sealing, secret)
      const { head, wallets } = restored
      const at = new Date(head.at).toISOString()
      const key = bytesToHex(head.identity)
      if (desk.json)
        return desk.paper.line(
          JSON.stringify({ folder: config.folder, sealing: sealing.kind, why, key, at, wallets }),
        )
      say(desk, [
        ['folder', config.folder],
        ['as it was', day(at)],
        ['wallets', String(wallets)],
        ['sealed by', `${sealingWords[sealing.kind]}. ${why}`],
        ['identity', key],
      ])
    } finally {
      secret?.fill(0)
    }
  } finally {
    words.fill(0)
  }
}

/** @throws {CliError} nobody said that the old one is gone. */
async function retireOld({ terminal, flag }: Desk): Promise<void> {
  if (flag('retire-old')) return
  if (!terminal)
    throw new CliError(
      'usage',
      'Nobody is there to say that the old co-signer never runs again.',
      'Make sure of it, then add --retire-old.',
    )
  const text =
    'The co-signer that this backup was made of must never run again: destroy its folder, or the key that opens it.'
  for (const line of wrap(text, terminal.width)) terminal.line(line)
  if (!(await askYes(terminal, 'Is it stopped for good?')))
    throw new CliError('no', 'Nothing was restored.')
}

function say({ paper }: Desk, facts: readonly (readonly [string, string])[]): void {
  paper.line(paper.bold('Your co-signer is back.'))
  paper.line()
  paper.write(rows(paper, facts, paper.dim))
  paper.line()
  const next =
    'It signs nothing yet. Next: tandem start, look at tandem devices, then tandem rotate for each wallet, and begin it on your device.'
  for (const line of wrap(next, paper.width)) paper.line(line)
}
