import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** A PKCS#11 library that is installed. */
export type Library = {
  readonly name: 'YubiHSM' | 'OpenSC' | 'SoftHSM'
  readonly path: string
}

export type PluggedIn = {
  readonly library: Library
  readonly label: string
  readonly serial: string
  readonly canSeal: boolean
}

/** What a machine has that can keep a key. */
export type Around = {
  /**
   * - `no-tools`   tpm2-tools are not installed
   * - `forbidden`  this user may not use it
   * - `silent`     it is there and does not answer, as in many containers
   */
  readonly tpm: 'ready' | 'no-tools' | 'forbidden' | 'silent' | 'none'
  readonly tokens: readonly PluggedIn[]
  /** Who can give a PIN or passphrase: a person now, or a file at each start. */
  readonly secret: 'person' | 'file' | 'nobody'
}

export type Choice = {
  readonly kind: 'pkcs11' | 'tpm' | 'passphrase' | 'key-file'
  /** Only of `pkcs11`. */
  readonly token?: PluggedIn
  /** A sentence for the person who sets up. */
  readonly why: string
}

/**
 * The best way to seal on this machine, and why. A token that somebody plugged in, then the TPM, then a
 * passphrase. SoftHSM is no better than a passphrase: it has to be asked for. A key file is for machines
 * that have nothing else and nobody.
 */
export function pickSealing({ tpm, tokens, secret }: Around): Choice {
  const token = tokens.find(({ canSeal, library }) => canSeal && library.name !== 'SoftHSM')
  if (token && secret === 'person')
    return {
      kind: 'pkcs11',
      token,
      why: `The key is made in the token "${token.label}" and never leaves it; its PIN is asked for at every start.`,
    }
  if (tpm === 'ready')
    return {
      kind: 'tpm',
      why: "The key is made in this machine's TPM and never leaves it: a copy of the disk opens nothing, and the co-signer starts by itself.",
    }
  if (secret === 'nobody')
    return {
      kind: 'key-file',
      why: `${reasons[tpm]}, and nobody is there to give a PIN or passphrase.`,
    }
  const where = secret === 'person' ? 'asked for' : 'read from its file'
  return { kind: 'passphrase', why: `${reasons[tpm]}: a passphrase is ${where} at every start.` }
}

const reasons = {
  'no-tools': 'This machine has a TPM, but tpm2-tools are not installed',
  forbidden: `This machine has a TPM, but this user may not open it (group "tss")`,
  silent: 'This machine shows a TPM that does not answer',
  none: 'This machine has neither a TPM nor a token that makes AES keys',
} as const

const DEVICE = '/dev/tpmrm0'

/** Whether the kernel's TPM can be used, and with which tools. */
export function probeTpm(device: string = DEVICE, path = process.env['PATH'] ?? ''): Around['tpm'] {
  if (!existsSync(device)) return 'none'
  try {
    accessSync(device, constants.R_OK | constants.W_OK)
  } catch {
    return 'forbidden'
  }
  const isThere = path.split(delimiter).some((folder) => existsSync(join(folder, 'tpm2')))
  return isThere ? 'ready' : 'no-tools'
}

const machines = ['x86_64-linux-gnu', 'aarch64-linux-gnu']
const folders = [
  ...machines.flatMap((machine) => [`/usr/lib/${machine}`, `/usr/lib/${machine}/pkcs11`]),
  ...['/usr/lib', '/usr/lib64', '/usr/local/lib', '/opt/homebrew/lib'].flatMap((folder) => [
    folder,
    `${folder}/pkcs11`,
    `${folder}/softhsm`,
  ]),
  '/Library/OpenSC/lib',
]
const files = [
  ['YubiHSM', 'yubihsm_pkcs11.so'],
  ['YubiHSM', 'yubihsm_pkcs11.dylib'],
  ['OpenSC', 'opensc-pkcs11.so'],
  ['SoftHSM', 'libsofthsm2.so'],
] as const

/** The PKCS#11 libraries in their usual places: the first of each name. */
export function probeLibraries(places: readonly string[] = folders): Library[] {
  const found = new Map<string, Library>()
  for (const [name, file] of files)
    for (const folder of places) {
      const path = join(folder, file)
      if (!found.has(name) && existsSync(path)) found.set(name, { name, path })
    }
  return [...found.values()]
}
