/** A disk of its own in a file: what was not synced is not in the file, and is lost when it is copied. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const run = (program: string, ...args: readonly string[]): void => {
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
}

/** Whether this process may mount a file. */
export const canMount =
  process.getuid?.() === 0 &&
  spawnSync('losetup', ['--find']).status === 0 &&
  spawnSync('mkfs.ext4', ['-V']).status === 0

export type DiskImage = {
  /** Where it is mounted. */
  readonly folder: string
  /** Everything up to now is on it. */
  sync(): void
  /** The power fails: what the disk holds then, mounted for as long as it is looked at. */
  cut(): <T>(look: (folder: string) => Promise<T>) => Promise<T>
  unmount(): void
}

/** @param root an empty folder for the images and where they are mounted. */
export function diskImage(root: string): DiskImage {
  const file = join(root, 'disk.img')
  const folder = join(root, 'disk')
  mkdirSync(folder)
  writeFileSync(file, '')
  truncateSync(file, 32 * 2 ** 20)
  run('mkfs.ext4', '-q', file)
  // Nothing reaches the disk by itself while a test runs.
  run('mount', '-o', 'loop,commit=300', file, folder)
  let cuts = 0
  return {
    folder,
    sync: () => run('sync', '--file-system', folder),
    cut() {
      const name = join(root, `cut-${(cuts += 1)}`)
      run('cp', '--sparse=always', file, `${name}.img`)
      return async (look) => {
        mkdirSync(name)
        run('mount', '-o', 'loop', `${name}.img`, name)
        try {
          return await look(name)
        } finally {
          run('umount', name)
        }
      }
    },
    unmount: () => run('umount', folder),
  }
}
