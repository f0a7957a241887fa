/** Picks the adapters. What a daemon does with them is in daemon.ts; what it decides, in core/. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { hexToBytes } from '@noble/hashes/utils.js'
import { type Chain, network } from '@tandem/chains'
import { bitcoin } from '@tandem/chains/bitcoin'
import { evm } from '@tandem/chains/evm'
import { solana } from '@tandem/chains/solana'
import { sodiumRistretto } from '@tandem/protocol'
import sodium from 'libsodium-wrappers-sumo'
import { listen } from './adapters/control/listen.ts'
import { system } from './adapters/entropy/system.ts'
import { serveHealth } from './adapters/health/serve.ts'
import { attempts } from './adapters/key-wrap/attempts.ts'
import { keyFile, newKeyFile } from './adapters/key-wrap/key-file.ts'
import { newPassphrase, passphrase } from './adapters/key-wrap/passphrase.ts'
import { newTpmKey, tpm } from './adapters/key-wrap/tpm.ts'
import { pinoLines } from './adapters/log/pino.ts'
import { prometheus } from './adapters/metrics/prometheus.ts'
import { sqlite } from './adapters/stores/sqlite/sqlite.ts'
import { otpauth } from './adapters/totp/otpauth.ts'
import { tpm2Tools } from './adapters/tpm/tpm2-tools.ts'
import { serve } from './adapters/transports/ws/serve.ts'
import { fixed } from './core/policy/fixed.ts'
import type { Outside } from './daemon.ts'
import type { KeyWrap } from './ports/key-wrap.ts'
import { KeyWrapError } from './ports/key-wrap.ts'
import type { Sealing } from './sealing.ts'

const now = () => new Date()
const TPM = '/dev/tpmrm0'

/** Everything outside of the core. */
export async function outside(): Promise<Outside> {
  await sodium.ready
  return {
    entropy: system(),
    group: sodiumRistretto(sodium),
    policy: fixed,
    now,
    openStore: (folder) => sqlite(join(folder, 'tandem.db')),
    openKeys,
    makeKeys,
    bestSealing,
    probe,
    chain: chainOf,
    serve,
    listen,
    app: otpauth,
    openLines: pinoLines,
    measure: prometheus,
    serveHealth,
  }
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
      return keyFile(join(folder, 'key'))
    case 'passphrase':
      if (!secret) throw missing()
      return passphrase(join(folder, 'passphrase'), secret, tries)
    case 'pkcs11': {
      if (!secret) throw missing()
      const { pkcs11 } = await pkcs11Library()
      const { module, token, cipher, id } = sealing
      return pkcs11({ module, token, cipher, id: hexToBytes(id) }, secret, tries)
    }
    case 'tpm':
      return tpm(tpm2Tools(sealing.tcti), join(folder, 'tpm-key'))
  }
}

/** Makes the key that seals everything. The only place that does. */
async function makeKeys(
  folder: string,
  sealing: Sealing,
  secret: Uint8Array | undefined,
): Promise<void> {
  switch (sealing.kind) {
    case 'key-file':
      return newKeyFile(join(folder, 'key'))
    case 'passphrase':
      if (!secret) throw missing()
      return newPassphrase(join(folder, 'passphrase'), secret)
    case 'pkcs11':
      // Its key was made when the settings were: they name it.
      return
    case 'tpm':
      return newTpmKey(tpm2Tools(sealing.tcti), join(folder, 'tpm-key'))
  }
}

async function bestSealing(hasPerson: boolean): Promise<{ sealing: Sealing; why: string }> {
  if (existsSync(TPM))
    return { sealing: { kind: 'tpm', tcti: `device:${TPM}` }, why: 'this machine has a TPM' }
  if (hasPerson) return { sealing: { kind: 'passphrase' }, why: 'there is no TPM here' }
  return {
    sealing: { kind: 'key-file' },
    why: 'there is no TPM here, and nobody to type a passphrase',
  }
}

async function probe(
  folder: string,
  sealing: Sealing,
): Promise<{ found: string; fix: string } | undefined> {
  const needed = {
    'key-file': join(folder, 'key'),
    passphrase: join(folder, 'passphrase'),
    pkcs11: sealing.kind === 'pkcs11' ? sealing.module : '',
    tpm: join(folder, 'tpm-key'),
  }[sealing.kind]
  if (!existsSync(needed))
    return {
      found: `${needed} is not there`,
      fix: 'Bring it back. Do not run init: a new key opens nothing.',
    }
  if (sealing.kind === 'pkcs11') {
    const { tokens } = await pkcs11Library()
    const { label, serial } = sealing.token
    const all = await tokens(sealing.module)
    if (!all.some((token) => token.label === label && token.serial === serial))
      return { found: `the token ${label} (${serial}) is not there`, fix: 'Plug it in.' }
  }
  return undefined
}

/** It is compiled when it is installed, and not everywhere it can be. */
async function pkcs11Library() {
  try {
    return await import('./adapters/key-wrap/pkcs11/pkcs11.ts')
  } catch (cause) {
    throw new KeyWrapError('gone', 'the package pkcs11js is not installed', cause)
  }
}

function chainOf(id: string): Chain {
  const found = network(id)
  switch (found.family) {
    case 'evm':
      return evm(found)
    case 'bitcoin':
      return bitcoin(found)
    case 'solana':
      return solana(found)
  }
}
