import { rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { bytesToHex } from '@noble/hashes/utils.js'
import type { Made } from '../../core/backup/last-backup.ts'
import { noteBackup } from '../../core/backup/last-backup.ts'
import * as messages from '../../core/operator/messages.ts'
import { secretFile } from '../../sealing.ts'
import { askNewSecret, askSecret } from '../ask-person.ts'
import { ask } from '../client.ts'
import { CliError } from '../cli-error.ts'
import type { Command, Desk } from '../command.ts'
import { rows } from '../paper.ts'
import { type ReservedFile, reserveFile } from '../reserved-file.ts'
import { whileNothingRuns } from '../while-nothing-runs.ts'
import { day } from '../words.ts'

/** A file can be tried at leisure, by whoever has a copy of it. */
const SHORTEST = 12

export const backup: Command = {
  name: 'backup',
  group: 'Every day',
  summary: 'a copy of everything, under a passphrase; check one',
  usage: [
    'tandem backup FILE [--secret-file FILE]',
    'tandem backup check FILE [--secret-file FILE]',
  ],
  help: `Writes everything that the co-signer keeps into one file: its shares, its identity, its rules, its log. The co-signer may run meanwhile. A file that is there is not written over.

The passphrase is all that protects it: with it, the file is this co-signer on any machine, without the TPM, token or key of this one. Choose five words or more that nobody guesses, and keep file and passphrase apart.

Make a new one whenever a wallet was made or rotated: an older one does not bring that wallet back. tandem doctor says when it is time. Your settings are not in it.

check opens a backup and reads all of it, without restoring anything. The file has the format of age, so that age --decrypt opens it too.`,
  options: { 'secret-file': { type: 'string' } },
  optionHelp: [['--secret-file FILE', 'a file of mode 0600 with the passphrase, for machines']],
  operands: [1, 2],
  run,
}

async function run(desk: Desk): Promise<void> {
  const [first = '', second] = desk.operands
  if (second === undefined) return make(desk, resolve(first))
  if (first !== 'check')
    throw new CliError('usage', 'Expected FILE, or check FILE.', 'Run: tandem help backup')
  return check(desk, second)
}

async function make(desk: Desk, path: string): Promise<void> {
  const { config } = desk.settings()
  const file = reserveFile(path)
  try {
    const secret = await newPassphrase(desk)
    let made: Pick<messages.BackupMade, 'at' | 'entries' | 'digest'>
    try {
      made = await backUp(desk, config.folder, secret, file)
    } finally {
      secret.fill(0)
    }
    if (desk.json) return desk.paper.line(JSON.stringify({ file: path, ...made }))
    say(desk, path, made)
  } finally {
    file.release()
  }
}

function say({ paper }: Desk, path: string, made: { entries: number; digest: string }): void {
  paper.line(paper.bold('Your backup is written.'))
  paper.write(
    rows(
      paper,
      [
        ['file', path],
        ['log', `${made.entries} entries`],
        ['SHA-256', made.digest],
      ],
      paper.dim,
    ),
  )
  paper.line(`${paper.loud('Whoever has it and its passphrase has your shares.')} Keep them apart.`)
}

/** By the daemon that runs, else here. */
async function backUp(desk: Desk, folder: string, secret: Uint8Array, file: ReservedFile) {
  const running = await byDaemon(folder, secret, file)
  if (running) return running
  const { backUp: write, forgetBackup } = await import('../../back-up.ts')
  const out = await desk.outside()
  return whileNothingRuns(desk, async (stopped) => {
    try {
      const { path, ...made } = await write(out, folder, stopped, secret)
      file.fill(path)
      await noteBackup(stopped.log.store, made)
      return viewOf(made)
    } finally {
      forgetBackup(folder)
    }
  })
}

async function byDaemon(folder: string, secret: Uint8Array, file: ReservedFile) {
  let made: messages.BackupMade | undefined
  try {
    const command = { command: 'backup', secret: secret.length } as const
    made = await ask(folder, command, messages.BackupMade, { secret })
  } catch (error) {
    if (error instanceof CliError && error.ending === 'no-daemon') return undefined
    throw error
  }
  if (!made) return undefined
  const { path, ...view } = made
  try {
    file.fill(path)
  } finally {
    rmSync(path, { force: true })
  }
  await ask(folder, { command: 'backup-kept', digest: made.digest }, messages.Done)
  return view
}

const viewOf = ({ at, entries, digest }: Made) => ({
  at: new Date(at).toISOString(),
  entries,
  digest: bytesToHex(digest),
})

async function newPassphrase(desk: Desk): Promise<Uint8Array> {
  const named = desk.option('secret-file')
  const secret =
    named === undefined
      ? await askNewSecret(desk.terminal, 'Passphrase of the backup', SHORTEST)
      : secretFile(named)
  if (secret.length >= SHORTEST) return secret
  secret.fill(0)
  throw new CliError('no', `The passphrase of a backup has at least ${SHORTEST} characters.`)
}

/** The passphrase of a backup that is there. @returns bytes for the caller to wipe. */
export async function backupPassphrase(desk: Desk): Promise<Uint8Array> {
  const named = desk.option('secret-file')
  return named === undefined
    ? askSecret(desk.terminal, 'Passphrase of the backup')
    : secretFile(named)
}

async function check(desk: Desk, path: string): Promise<void> {
  const { verifyBackup } = await import('../../verify-backup.ts')
  const out = await desk.outside()
  const secret = await backupPassphrase(desk)
  try {
    const { head, entries, rows: count, secrets } = await verifyBackup(out, path, secret)
    const found = { at: new Date(head.at).toISOString(), version: head.version, entries, secrets }
    const { paper } = desk
    if (desk.json)
      return paper.line(
        JSON.stringify({ ...found, rows: count, identity: bytesToHex(head.identity) }),
      )
    paper.line(
      `It opens, and all of it matches: ${entries} entries, ${count} rows, ${secrets} secrets.`,
    )
    paper.line(`Made ${day(found.at)} by Tandem ${head.version}.`)
  } finally {
    secret.fill(0)
  }
}
