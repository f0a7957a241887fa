import { type Sealing, secretName, storedSecret } from '../sealing.ts'
import { askNewSecret, askSecret } from './ask-person.ts'
import { CliError } from './cli-error.ts'
import type { Desk } from './command.ts'

/** How new secrets are sealed: as the person says, as the settings say, or by the best that is there. */
export async function newSealing(desk: Desk): Promise<{ sealing: Sealing; why: string }> {
  const wanted = desk.option('sealing')
  if (wanted !== undefined) return { sealing: sealingOf(desk, wanted), why: 'You asked for it.' }
  const { config } = desk.settings()
  if (config.sealing) return { sealing: config.sealing, why: 'Your settings say so.' }
  const out = await desk.outside()
  if (desk.terminal) return out.bestSealing('person')
  const stored = storedSecret({ kind: 'passphrase' }, desk.credentials)
  stored?.fill(0)
  return out.bestSealing(stored ? 'file' : 'nobody')
}

/** A sealing of this kind, as the settings describe it if they do. @throws {CliError} they would seal by another. */
export function sealingOf(desk: Desk, kind: string): Sealing {
  const { sealing: set } = desk.settings().config
  if (set && set.kind !== kind)
    throw new CliError(
      'usage',
      `Your settings seal by ${set.kind}, and would do so again.`,
      `Take [sealing] out of them, or describe ${kind} there.`,
    )
  if (set?.kind === 'pkcs11' && set.key)
    throw new CliError(
      'usage',
      'Your settings name a key of the token, and a new one is made.',
      'Take sealing.key out of them.',
    )
  if (set) return set
  switch (kind) {
    case 'tpm':
      return { kind, tcti: 'device:/dev/tpmrm0' }
    case 'passphrase':
    case 'key-file':
      return { kind }
    case 'pkcs11':
      throw new CliError(
        'usage',
        'Nobody knows which token.',
        'Describe it as [sealing] in the settings: tandem help config.',
      )
    default:
      throw new CliError('usage', `Tandem does not seal by "${kind}".`, 'Run: tandem help init')
  }
}

/** The PIN of a token, or a passphrase that is new. @returns bytes for the caller to wipe. */
export async function newSecret(desk: Desk, sealing: Sealing): Promise<Uint8Array | undefined> {
  const name = secretName(sealing)
  if (name === undefined) return undefined
  const stored = storedSecret(sealing, desk.credentials)
  if (stored) return stored
  if (name === 'PIN') return askSecret(desk.terminal, name)
  desk.paper.line('You type this passphrase after each start. Without it nothing opens, ever.')
  return askNewSecret(desk.terminal, 'New passphrase', 8)
}

export const sealingWords: Readonly<Record<Sealing['kind'], string>> = {
  tpm: "this machine's TPM",
  pkcs11: 'a key in your token',
  passphrase: 'a passphrase',
  'key-file': 'a key file',
}
