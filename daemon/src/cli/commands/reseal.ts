import { type Sealing, fileOf, keptSealing } from '../../sealing.ts'
import { CliError } from '../cli-error.ts'
import type { Command, Desk } from '../command.ts'
import { newSecret, sealingOf, sealingWords } from '../new-sealing.ts'
import { wrap } from '../paper.ts'
import { secretOf } from '../while-nothing-runs.ts'

export const reseal: Command = {
  name: 'reseal',
  group: 'Set up',
  summary: 'put everything under another key: a token, a TPM, another passphrase',
  usage: ['tandem reseal --to KIND'],
  help: `Makes a new key, moves every secret under it in one step, and notes it. Stop the co-signer first. It can be broken off at any time: everything is then under the old key or under the new one, and the next start knows which. Shares and addresses stay as they are.

KIND is tpm, pkcs11, passphrase or key-file, also the kind that it has: that changes a passphrase. For pkcs11, describe the token as [sealing] in the settings first, and take a [sealing] of another kind out of them.

The old key stays. Copies of the folder from before open with it: destroy it once the co-signer has started with the new one. What tandem backup wrote opens with its own passphrase, as before.`,
  options: { to: { type: 'string' } },
  optionHelp: [['--to KIND', 'tpm, pkcs11, passphrase or key-file']],
  operands: [0, 0],
  run,
}

async function run(desk: Desk): Promise<void> {
  const kind = desk.option('to')
  if (kind === undefined)
    throw new CliError('usage', 'Expected: tandem reseal --to KIND.', 'Run: tandem help reseal')
  const { folder } = desk.settings().config
  const wanted = sealingOf(desk, kind)
  const { resealDaemon } = await import('../../reseal-daemon.ts')
  const opening = { sealing: () => keptSealing(folder), secret: secretOf(desk) }
  const { from, to, secrets } = await resealDaemon(
    await desk.outside(),
    folder,
    opening,
    wanted,
    () => newSecret(desk, wanted),
  )
  if (desk.json) desk.paper.line(JSON.stringify({ from: from.kind, to: to.kind, secrets }))
  else say(desk, folder, from, to)
}

function say({ paper }: Desk, folder: string, before: Sealing, after: Sealing): void {
  paper.line(paper.bold(`Everything is sealed by ${sealingWords[after.kind]} now.`))
  const text = `Next: tandem start. When it has started, destroy the old key, ${oldKey(folder, before)}: copies of this folder from before open with it.`
  for (const line of wrap(text, paper.width)) paper.line(line)
}

function oldKey(folder: string, sealing: Sealing): string {
  if (sealing.kind === 'pkcs11')
    return `${sealing.key?.id ?? 'which is'} in the token ${sealing.token.label}`
  return `the file ${fileOf(folder, sealing) ?? folder}`
}
