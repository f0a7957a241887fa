import { secretName } from '../../sealing.ts'
import type { Desk, Settings } from '../command.ts'
import type { Finding } from './finding.ts'

/** Whether the key can be there at all; only unsealing proves that it is the right one. */
export async function key(desk: Desk, { config, sealing }: Settings): Promise<Finding> {
  const what = 'key'
  if (!sealing)
    return {
      what,
      found: 'nobody knows how it was sealed',
      fix: 'Bring back the file sealing.toml, or set [sealing].',
    }
  const name = secretName(sealing)
  const problem = await (
    await desk.outside()
  )
    .probe(config.folder, sealing)
    .catch((error: unknown) => ({
      found: error instanceof Error ? error.message : String(error),
      fix: 'Put that right. Do not run init: a new key opens nothing.',
    }))
  if (problem) return { what, found: `${sealing.kind}: ${problem.found}`, fix: problem.fix }
  return { what, found: `${sealing.kind}${name === undefined ? '' : `, opened with its ${name}`}` }
}
