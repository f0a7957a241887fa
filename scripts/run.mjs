// Runs a script of this folder on Node 24, with everything it needs: `node scripts/run.mjs check.ts …`.
import { join } from 'node:path'
import { bootstrap, exec, explain, root } from './bootstrap.mjs'

const [script = '', ...args] = process.argv.slice(2)
try {
  const { node, env } = await bootstrap()
  process.exitCode = await exec(node, [join(root, 'scripts', script), ...args], env)
} catch (error) {
  explain(error)
  process.exitCode = 1
}
