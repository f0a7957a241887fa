/** Picks the adapters. What a daemon does with them is in daemon.ts; what it decides, in core/. */
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import type { Chain, Network } from '@tandem/chains'
import { bitcoin } from '@tandem/chains/bitcoin'
import { evm } from '@tandem/chains/evm'
import { solana } from '@tandem/chains/solana'
import { systemClock } from './adapters/clock/system.ts'
import { age } from './adapters/backup/age.ts'
import { inThread } from './adapters/ceremonies/thread.ts'
import { listen } from './adapters/control/listen.ts'
import { newTpmCounter, placeTpmCounter, tpmCounter } from './adapters/counter/tpm.ts'
import { system } from './adapters/entropy/system.ts'
import { serveHealth } from './adapters/health/serve.ts'
import { attempts } from './adapters/key-wrap/attempts.ts'
import { keyFile, newKeyFile } from './adapters/key-wrap/key-file.ts'
import { newPassphrase, passphrase } from './adapters/key-wrap/passphrase.ts'
import { isolated } from './adapters/key-wrap/pkcs11/isolated.ts'
import { type PluggedIn, pickSealing, probeLibraries, probeTpm } from './adapters/key-wrap/pick.ts'
import { newTpmKey, tpm } from './adapters/key-wrap/tpm.ts'
import { pinoLines } from './adapters/log/pino.ts'
import { none } from './adapters/metrics/none.ts'
import { policyFile } from './adapters/policy-file/policy-file.ts'
import { toml } from './adapters/policy-file/toml.ts'
import { examineDatabase } from './adapters/stores/sqlite/examine-database.ts'
import { sqlite } from './adapters/stores/sqlite/sqlite.ts'
import { otpauth } from './adapters/totp/otpauth.ts'
import { tpm2Tools } from './adapters/tpm/tpm2-tools.ts'
import { serve } from './adapters/transports/ws/serve.ts'
import type { Outside } from './daemon.ts'
import type { Authenticator } from './ports/authenticator.ts'
import { DATABASE } from './folder.ts'
import type { KeyWrap } from './ports/key-wrap.ts'
import { KeyWrapError } from './ports/key-wrap.ts'
import { CounterError, type RollbackCounter } from './ports/rollback-counter.ts'
import { TpmError } from './ports/tpm.ts'
import { type Sealing, fileOf } from './sealing.ts'

const now = () => new Date()
const TPM = '/dev/tpmrm0'

/** Everything outside of the core. */
export async function outside(): Promise<Outside> {
  return {
    entropy: system(),
    ceremonies: inThread(),
    policyText: toml,
    policyFile,
    now,
    clock: systemClock,
    openStore: (folder, name = DATABASE) => sqlite(join(folder, name)),
    examineStore: (folder) => examineDatabase(join(folder, DATABASE)),
    passphraseFile: age,
    openKeys,
    makeKeys,
    counterOf,
    renewCounter,
    bestSealing,
    probe,
    chain: chainOf,
    serve,
    listen,
    app: otpauth,
    webAuthn,
    openLines: pinoLines,
    measure,
    unmeasured: none,
    serveHealth,
  }
}

/** Where the key of a sealing is that has it in a file. */
function keyPath(folder: string, sealing: Sealing): string {
  const path = fileOf(folder, sealing)
  if (path === undefined) throw new Error(`${sealing.kind} has its key in no file`)
  return path
}

const missing = () => new KeyWrapError('sealed', 'nobody has unsealed it yet')

async function openKeys(
  folder: string,
  sealing: Sealing,
  secret: Uint8Array | undefined,
): Promise<KeyWrap> {
  const tries = attempts(join(folder, 'attempts'), now)
  switch (sealing.kind) {
    case 'key-file':
      return keyFile(keyPath(folder, sealing))
    case 'passphrase':
      if (!secret) throw missing()
      return passphrase(keyPath(folder, sealing), secret, tries)
    case 'pkcs11': {
      if (!secret) throw missing()
      const { module, token, key } = sealing
      if (!key) throw new KeyWrapError('key-missing', 'the settings name no key of the token')
      const where = { module, token, cipher: key.cipher, id: hexToBytes(key.id) }
      return isolated.pkcs11(where, secret, tries)
    }
    case 'tpm':
      return tpm(tpm2Tools(sealing.tcti), keyPath(folder, sealing))
  }
}

/** Makes the key that seals everything. The only place that does. */
async function makeKeys(
  folder: string,
  sealing: Sealing,
  secret: Uint8Array | undefined,
): Promise<Sealing> {
  switch (sealing.kind) {
    case 'key-file':
      newKeyFile(keyPath(folder, sealing))
      return sealing
    case 'passphrase':
      if (!secret) throw missing()
      await newPassphrase(keyPath(folder, sealing), secret)
      return sealing
    case 'pkcs11': {
      if (!secret) throw missing()
      const tries = attempts(join(folder, 'attempts'), now)
      const { id, cipher } = await isolated.newTokenKey(sealing, secret, tries)
      return { ...sealing, key: { id: bytesToHex(id), cipher } }
    }
    case 'tpm':
      return makeTpmKey(keyPath(folder, sealing), sealing)
  }
}

async function makeTpmKey(
  path: string,
  sealing: Extract<Sealing, { kind: 'tpm' }>,
): Promise<Sealing> {
  const device = tpm2Tools(sealing.tcti)
  await newTpmKey(device, path, { pcrs: sealing.pcrs ?? [] })
  try {
    return { ...sealing, counter: await placeTpmCounter(device) }
  } catch (error) {
    // It has sealed nothing, and would be in the way of the next try.
    rmSync(path)
    throw error
  }
}

function counterOf(sealing: Sealing): RollbackCounter | undefined {
  if (sealing.kind !== 'tpm' || sealing.counter === undefined) return undefined
  return tpmCounter(tpm2Tools(sealing.tcti), sealing.counter)
}

/** Makes a counter where it is missing: a person has said so. */
async function renewCounter(sealing: Sealing): Promise<void> {
  if (sealing.kind !== 'tpm') return
  try {
    await counterOf(sealing)?.read()
  } catch (error) {
    if (!(error instanceof CounterError && error.code === 'missing')) throw error
    await newTpmCounter(tpm2Tools(sealing.tcti), sealing.counter)
  }
}

async function bestSealing(
  secret: 'person' | 'file' | 'nobody',
): Promise<{ sealing: Sealing; why: string }> {
  const around = { tpm: await lookAtTpm(), tokens: await pluggedIn(), secret }
  const { kind, token, why } = pickSealing(around)
  if (kind === 'tpm') return { sealing: { kind, tcti: `device:${TPM}` }, why }
  if (kind !== 'pkcs11') return { sealing: { kind }, why }
  if (!token) throw new Error('a token was picked, and there is none')
  const { library, label, serial } = token
  return { sealing: { kind, module: library.path, token: { label, serial } }, why }
}

/** Its device can be there, and nothing behind it. */
async function lookAtTpm(): Promise<ReturnType<typeof probeTpm>> {
  const found = probeTpm(TPM)
  if (found !== 'ready') return found
  try {
    await tpm2Tools(`device:${TPM}`).turn((run) => run('getrandom', '8'))
    return 'ready'
  } catch (error) {
    if (error instanceof TpmError) return 'silent'
    throw error
  }
}

/** Tokens of every library that is installed; a library that fails has none. */
async function pluggedIn(): Promise<PluggedIn[]> {
  const libraries = probeLibraries()
  const found: PluggedIn[] = []
  for (const library of libraries) {
    const all = await isolated.tokens(library.path).catch((error: unknown) => {
      if (error instanceof KeyWrapError) return []
      throw error
    })
    found.push(...all.map((token) => ({ library, ...token })))
  }
  return found
}

const tpmProblems = {
  ready: undefined,
  none: {
    found: 'this machine shows no TPM',
    fix: 'Switch it on in the firmware, or use the machine on which it was sealed.',
  },
  forbidden: {
    found: `this user may not open ${TPM}`,
    fix: 'Add the user to the group tss, then log in anew.',
  },
  silent: { found: 'the TPM does not answer', fix: 'Give this container or machine its TPM.' },
  'no-tools': { found: 'tpm2-tools are not there', fix: 'Install the package tpm2-tools.' },
} as const

async function probe(
  folder: string,
  sealing: Sealing,
): Promise<{ found: string; fix: string } | undefined> {
  const needed = sealing.kind === 'pkcs11' ? sealing.module : keyPath(folder, sealing)
  if (!existsSync(needed))
    return {
      found: `${needed} is not there`,
      fix: 'Bring it back. Do not run init: a new key opens nothing.',
    }
  if (sealing.kind === 'tpm' && sealing.tcti === `device:${TPM}`) {
    const problem = tpmProblems[await lookAtTpm()]
    if (problem) return problem
  }
  if (sealing.kind === 'pkcs11') {
    const { label, serial } = sealing.token
    const all = await isolated.tokens(sealing.module)
    if (!all.some((token) => token.label === label && token.serial === serial))
      return { found: `the token ${label} (${serial}) is not there`, fix: 'Plug it in.' }
  }
  return undefined
}

async function measure(folder: string): ReturnType<Outside['measure']> {
  return (await import('./adapters/metrics/prometheus.ts')).prometheus(folder)
}

/** Loaded when somebody first shows a passkey: its library is as large as all the others. */
function webAuthn(origins: readonly string[]): Authenticator {
  const load = async () => (await import('./adapters/passkey/web-authn.ts')).webAuthn(origins)
  return {
    made: async (...shown) => (await load()).made(...shown),
    signed: async (...shown) => (await load()).signed(...shown),
  }
}

function chainOf(found: Network): Chain {
  switch (found.family) {
    case 'evm':
      return evm(found)
    case 'bitcoin':
      return bitcoin(found)
    case 'solana':
      return solana(found)
  }
}
