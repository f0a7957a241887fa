// `npm run fix`: what a machine can put right, in this order: rules first, then layout, then the name of the decoders.
import { dirname } from 'node:path'
import { tool } from './checks/check.ts'
import { nameDecoders } from './checks/decoders.ts'

const root = dirname(import.meta.dirname)
const fixes = [tool(root, 'lint', 'oxlint', '--fix'), tool(root, 'format', 'oxfmt')]
for (const fix of fixes) {
  const { failed, problems } = await fix.run()
  process.stdout.write(`${failed > 0 ? 'FAIL' : 'ok  '} ${fix.name}\n${problems.join('\n')}`)
  process.exitCode ||= failed
}
nameDecoders(root)
