import type { Sealed } from '../../reseal-daemon.ts'
import { type Sealing, fileOf, keptSealing, secretName, storedSecret } from '../../sealing.ts'
import { askSecret } from '../ask-person.ts'
import { CliError } from '../cli-error.ts'
import type { Command, Desk } from '../command.ts'
import { newSecret, sealingNamed, sealingWords } from '../new-sealing.ts'
import { wrap } from '../paper.ts'

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
  const before = keptSealing(folder)
  if (!before)
    throw new CliError('not-set-up', `${folder} holds no co-signer yet.`, 'Run: tandem init')
  const to = wanted(desk, kind)
  const out = await desk.outside()
  const { resealDaemon } = await import('../../reseal-daemon.ts')
  const from = await opened(desk, before)
  try {
    const secret = await newSecret(desk, to)
    try {
      const made = await resealDaemon(out, folder, from, { sealing: to, secret })
      if (desk.json)
        desk.paper.line(JSON.stringify({ from: before.kind, to: kind, secrets: made.secrets }))
      else say(desk, folder, before, made.sealing)
    } finally {
      secret?.fill(0)
    }
  } finally {
    from.secret?.fill(0)
  }
}

/** What the settings say, if they say something; it must be what was asked for. */
function wanted(desk: Desk, kind: string): Sealing {
  const { sealing: set } = desk.settings().config
  if (set && set.kind !== kind)
    throw new CliError(
      'usage',
      `Your settings seal by ${set.kind}, and would do so again.`,
      `Take [sealing] out of them, or describe ${kind} there.`,
    )
  if (set?.kind === 'pkcs11' && set.key)
    throw new CliError(
      'usage',
      'Your settings name a key of the token, and a new one is made.',
      'Take sealing.key out of them.',
    )
  if (set) return set
  if (kind === 'pkcs11')
    throw new CliError(
      'usage',
      'Nobody knows which token.',
      'Describe it as [sealing] in the settings: tandem help config.',
    )
  return sealingNamed(kind)
}

async function opened(desk: Desk, sealing: Sealing): Promise<Sealed> {
  const name = secretName(sealing)
  const stored = storedSecret(sealing, desk.credentials)
  if (stored || name === undefined) return { sealing, secret: stored }
  return { sealing, secret: await askSecret(desk.terminal, `${name} until now`) }
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
