/** The ways to seal a daemon, each with the real thing behind it, for a test process. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isolated } from '../../daemon/src/adapters/key-wrap/pkcs11/isolated.ts'
import { hasSoftHsm, startSoftHsm } from '../../daemon/test/softhsm.ts'
import { type Swtpm, hasSwtpm, startSwtpm } from '../../daemon/test/swtpm.ts'

export const PIN = '4711-0815'

export type SealedBy = {
  /** The section `[sealing]`. */
  readonly settings: string
  end(): Promise<void>
}

export const sealings: readonly {
  readonly name: string
  readonly isHere: boolean
  /** @param home where the daemon is going to be. */
  start(home: string): Promise<SealedBy>
}[] = [
  {
    name: 'a key file',
    isHere: true,
    start: async () => ({ settings: section('key-file'), end: nothing }),
  },
  {
    name: 'a passphrase',
    isHere: true,
    async start(home) {
      const secret = secretFile(home, 'a passphrase of a test')
      return { settings: section('passphrase', { secret_file: secret }), end: nothing }
    },
  },
  {
    name: 'a token (needs SoftHSM2)',
    isHere: hasSoftHsm,
    async start(home) {
      const hsm = startSoftHsm()
      hsm.addToken('tandem', PIN)
      return { settings: await tokenSection(hsm.module, home), end: async () => hsm.remove() }
    },
  },
  {
    name: 'a TPM (needs swtpm)',
    isHere: hasSwtpm,
    async start() {
      const device = await startSwtpm()
      return { settings: tpmSection(device), end: async () => void (await device.stop()) }
    },
  },
]

const nothing = () => Promise.resolve()

/** Settings of a key in the only token of a library. */
export async function tokenSection(module: string, home: string): Promise<string> {
  const [only] = await isolated.tokens(module)
  if (!only) throw new Error('no token')
  const { label, serial } = only
  return section('pkcs11', { module, secret_file: secretFile(home, PIN), token: { label, serial } })
}

export const tpmSection = ({ tcti }: Swtpm): string => section('tpm', { tcti })

type Values = Readonly<Record<string, string | Readonly<Record<string, string>>>>

function section(kind: string, values: Values = {}): string {
  const lines = Object.entries({ kind, ...values }).map(([name, value]) =>
    typeof value === 'string'
      ? `${name} = ${JSON.stringify(value)}`
      : `${name} = { ${Object.entries(value)
          .map(([inner, text]) => `${inner} = ${JSON.stringify(text)}`)
          .join(', ')} }`,
  )
  return `[sealing]\n${lines.join('\n')}\n`
}

function secretFile(home: string, secret: string): string {
  const path = join(home, 'secret')
  writeFileSync(path, secret, { mode: 0o600 })
  return path
}
