import { check } from '../../core/policy/check.ts'
import { CliError } from '../cli-error.ts'
import type { Command, Desk } from '../command.ts'

export const policy: Command = {
  name: 'policy',
  group: 'Look inside',
  summary: 'the rules by which the co-signer decides; check a file with them',
  usage: ['tandem policy', 'tandem policy check [FILE]'],
  help: `Prints the policy as a TOML file. To change it, save what it prints, edit it, check it, name it as policy in the settings, and start the co-signer anew.

What no rule allows is refused. A refusal counts before a second factor, a second factor before a yes. Amounts are whole base units (wei, satoshi, lamports), in quotes.

check says what looks like a mistake: a rule that never matches, a limit of zero, everything allowed. It ends with 1 when it has something to say.`,
  operands: [0, 2],
  run,
}

async function run(desk: Desk): Promise<void> {
  const [action = 'show', file] = desk.operands
  const out = await desk.outside()
  const document = out.policyOf(file ?? desk.settings().config.policy)
  if (action === 'show' && file === undefined) {
    const text = out.textOfPolicy(document)
    if (desk.json) desk.paper.line(JSON.stringify({ policy: text }))
    else desk.paper.write(text)
    return
  }
  if (action !== 'check')
    throw new CliError('usage', 'Expected show or check.', 'Run: tandem help policy')
  const remarks = check(document)
  if (desk.json) desk.paper.line(JSON.stringify({ remarks }))
  else
    for (const { rule, text } of remarks)
      desk.paper.line(`${rule === undefined ? '' : `${desk.paper.bold(rule)}: `}${text}`)
  if (remarks.length > 0)
    throw new CliError('no', remarks.length === 1 ? 'One remark.' : `${remarks.length} remarks.`)
  if (!desk.json)
    desk.paper.line(`${document.rules.length} rules, and nothing looks like a mistake.`)
}
