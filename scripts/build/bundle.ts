import { chmodSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type Plugin, rolldown } from 'rolldown'

/** Programs of the daemon, by the name that they get: the command, and what it starts beside itself. */
const programs = {
  tandem: 'src/cli/tandem.ts',
  worker: 'src/adapters/ceremonies/worker.ts',
  child: 'src/adapters/key-wrap/pkcs11/child.ts',
}

/** They load machine code from their own folders. */
const native = ['better-sqlite3', 'pkcs11js']

/**
 * Puts the daemon and its dependencies into a few files of plain JavaScript: Node reads some thousand
 * sources otherwise, and strips the types of ours, at every start. What a start does not need stays in
 * files of its own.
 */
export async function bundle(root: string, folder: string): Promise<void> {
  const daemon = join(root, 'daemon')
  const build = await rolldown({
    cwd: daemon,
    input: programs,
    platform: 'node',
    external: native,
    plugins: [startedBeside()],
    checks: { pluginTimings: false },
  })
  try {
    rmSync(folder, { recursive: true, force: true })
    const legal = { legal: true, annotation: false, jsdoc: false }
    await build.write({
      dir: folder,
      format: 'esm',
      chunkFileNames: '[name]-[hash].js',
      comments: legal,
    })
    chmodSync(join(folder, 'tandem.js'), 0o755)
  } finally {
    await build.close()
  }
}

/** A program that is started by its file's name has that name in the bundle. @throws for one that is none of ours. */
function startedBeside(): Plugin {
  return {
    name: 'started-beside',
    transform(code, id) {
      if (!id.endsWith('.ts')) return undefined
      return code.replaceAll(
        /new URL\('([^']+)\.ts', import\.meta\.url\)/g,
        (_all, path: string) => {
          const name = basename(path)
          if (!Object.hasOwn(programs, name))
            throw new Error(`${id} starts ${path}.ts, which is no program of the bundle`)
          return `new URL('./${name}.js', import.meta.url)`
        },
      )
    },
  }
}
