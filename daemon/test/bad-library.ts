/** A PKCS#11 library that hangs or crashes when it is told to, around one that works. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const hasCompiler = spawnSync('cc', ['--version'], { stdio: 'ignore' }).status === 0

export type Fault = 'hang' | 'crash' | 'chatter'

export type BadLibrary = {
  readonly path: string
  /** What it does from its next call on; nothing: it works. */
  behave(fault?: Fault): void
  remove(): void
}

export function badLibrary(around: string): BadLibrary {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-bad-library-'))
  const [path, fault] = [join(folder, 'library.so'), join(folder, 'fault')]
  const source = join(import.meta.dirname, 'bad-library.c')
  const places = [`-DLIBRARY="${around}"`, `-DFAULT="${fault}"`]
  execFileSync('cc', ['-shared', '-fPIC', '-o', path, ...places, source, '-ldl'])
  return {
    path,
    behave: (what) => writeFileSync(fault, what ?? ''),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
