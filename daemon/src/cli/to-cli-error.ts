import { ConfigError } from '../config.ts'
import { AlreadySetUpError, DamagedFileError, NotSetUpError, OpenSecretError } from '../errors.ts'
import { FolderError } from '../folder.ts'
import { BackupError, type BackupErrorCode } from '../ports/passphrase-file.ts'
import { KeyWrapError } from '../ports/key-wrap.ts'
import { PolicyTextError } from '../ports/policy-text.ts'
import { CounterError } from '../ports/rollback-counter.ts'
import { StoreError } from '../ports/store.ts'
import { CliError } from './cli-error.ts'

/** What went wrong, as a sentence for the person and an exit code. */
export function toCliError(error: unknown): CliError {
  if (error instanceof CliError) return error
  const cause = error instanceof Error ? error : new Error(String(error))
  const text = sentence(cause.message)
  const doctor = 'Run: tandem doctor'
  if (error instanceof ConfigError)
    return new CliError('settings', text, 'Run: tandem help config', cause)
  if (error instanceof PolicyTextError)
    return new CliError('settings', text, 'Run: tandem help policy', cause)
  if (error instanceof FolderError || error instanceof OpenSecretError)
    return new CliError('settings', text, undefined, cause)
  if (error instanceof DamagedFileError)
    return new CliError('settings', text, 'Bring back a copy of this file.', cause)
  if (error instanceof NotSetUpError)
    return new CliError('not-set-up', text, 'Run: tandem init', cause)
  if (error instanceof AlreadySetUpError)
    return new CliError('not-set-up', text, 'Nothing was changed.', cause)
  if (error instanceof KeyWrapError)
    return new CliError(error.code === 'wrong-pin' ? 'no' : 'sealed', text, doctor, cause)
  if (error instanceof CounterError) return new CliError('sealed', text, doctor, cause)
  if (error instanceof BackupError) return new CliError('no', text, backupAdvice[error.code], cause)
  if (error instanceof StoreError) {
    if (error.code === 'busy')
      return new CliError(
        'busy',
        'Another co-signer is running on this folder.',
        'Stop it first; two of them would sign twice.',
        cause,
      )
    return new CliError(error.code === 'damaged' ? 'no' : 'settings', text, doctor, cause)
  }
  if (code(cause) === 'EADDRINUSE')
    return new CliError(
      'settings',
      'Another program listens on this address.',
      'Set listen.port, or use --port.',
      cause,
    )
  if (/^E(ACCES|PERM|ROFS|NOSPC|NOENT|ISDIR|NOTDIR)$/.test(code(cause)))
    return new CliError('settings', text, doctor, cause)
  return new CliError('internal', `Tandem itself failed: ${cause.message}`, undefined, cause)
}

const backupAdvice: Readonly<Record<BackupErrorCode, string>> = {
  foreign: 'Name a file that tandem backup wrote.',
  'wrong-passphrase': 'Try again: capital letters and spaces count.',
  damaged: 'Take another copy of it, or another backup.',
  newer: 'Nothing was restored.',
}

const code = (error: Error): string => ('code' in error ? String(error.code) : '')

/** Capital letter and full stop; a path keeps its case. */
function sentence(message: string): string {
  const head = /^(\/|\S+:\d+: )/.test(message)
    ? message
    : `${message.charAt(0).toUpperCase()}${message.slice(1)}`
  return /[.!?]$/.test(head) ? head : `${head}.`
}
