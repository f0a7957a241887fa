// `npm start`: the product on this machine; scripts/start/main.ts says what that is.
import { join } from 'node:path'
import { bootstrap, exec, explain, root } from './bootstrap.mjs'

const args = process.argv.slice(2)
if (args.includes('--install'))
  process.stderr.write('· no system package is needed, so none is installed\n')

try {
  const { node, env } = await bootstrap()
  const rest = args.filter((arg) => arg !== '--install')
  const code = await exec(node, [join(root, 'scripts', 'start', 'main.ts'), ...rest], env)
  // Whoever stopped it (Ctrl-C is 130, a kill 143) needs no explanation.
  if (code !== 0 && code !== 130 && code !== 143) {
    process.stderr.write(`\nIt stopped with exit code ${code}; the lines above say why.\n`)
    process.stderr.write('`npm test` checks this machine and the code piece by piece.\n')
  }
  process.exitCode = code
} catch (error) {
  explain(error)
  process.stderr.write(
    '\nNothing was started. The step that failed can be tried again: npm start\n',
  )
  process.exitCode = 1
}
