/** SoftHSM2 with a folder of its own, for this process. */
import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const modules = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
]
const found = modules.find((path) => existsSync(path))

export const hasSoftHsm = found !== undefined

export type SoftHsm = {
  /** Path of the PKCS#11 library. */
  readonly module: string
  addToken(label: string, pin: string): void
  /** Takes every token away; the next call brings them back. */
  unplug(): void
  plugIn(): void
  /** Tokens from now on are others; those from before are kept for {@link SoftHsm.plugIn}. */
  swap(): void
  /** How many objects its tokens hold, each token itself apart. */
  objects(): number
  /** Takes the keys of its tokens away; the next call brings them back. */
  hideKeys(): void
  showKeys(): void
  remove(): void
}

/** The library reads its settings when it begins: one SoftHSM a process at a time. */
export function startSoftHsm(): SoftHsm {
  if (!found) throw new Error('SoftHSM2 is not installed')
  const folder = mkdtempSync(join(tmpdir(), 'tandem-softhsm-'))
  const [tokens, away] = [join(folder, 'tokens'), join(folder, 'away')]
  const hidden = join(folder, 'hidden')
  const settings = join(folder, 'softhsm2.conf')
  mkdirSync(tokens)
  const keys = () =>
    readdirSync(tokens, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /[/][^/]+(?<!token)\.object$/.test(name),
    )
  writeFileSync(settings, `directories.tokendir = ${tokens}\nobjectstore.backend = file\n`)
  process.env['SOFTHSM2_CONF'] = settings
  return {
    module: found,
    addToken(label, pin) {
      const token = ['--init-token', '--free', '--label', label, '--so-pin', '12345678']
      execFileSync('softhsm2-util', [...token, '--pin', pin], { stdio: 'ignore' })
    },
    unplug: () => renameSync(tokens, away),
    plugIn() {
      rmSync(tokens, { recursive: true, force: true })
      renameSync(away, tokens)
    },
    swap() {
      renameSync(tokens, away)
      mkdirSync(tokens)
    },
    objects: () => keys().length,
    hideKeys() {
      for (const name of keys()) {
        mkdirSync(dirname(join(hidden, name)), { recursive: true })
        renameSync(join(tokens, name), join(hidden, name))
      }
    },
    showKeys: () => cpSync(hidden, tokens, { recursive: true }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
