import * as messages from '../../core/operator/messages.ts'
import { check } from '../../core/policy/check.ts'
import { defaultDocument } from '../../core/policy/default.ts'
import { askYes } from '../ask-person.ts'
import { ask } from '../client.ts'
import { CliError } from '../cli-error.ts'
import type { Command, Desk } from '../command.ts'
import type { Paper } from '../paper.ts'
import { readCode } from '../read-code.ts'
import { day, durationWords, short } from '../words.ts'
import { explainOptions, runExplain } from './policy-explain.ts'

export const policy: Command = {
  name: 'policy',
  group: 'Look inside',
  summary: 'the rules by which the co-signer decides; change, check and explain them',
  usage: [
    'tandem policy [default]',
    'tandem policy check [FILE]',
    'tandem policy set FILE [--yes]',
    'tandem policy cancel',
    'tandem policy explain REQUEST',
    'tandem policy explain FILE --chain CAIP-2 --account CAIP-10',
  ],
  help: `Prints the policy as TOML. The co-signer keeps it itself: to change it, save what this prints, edit it, check it and set it. default prints the one that a co-signer begins with.

What no rule allows is refused. A refusal counts before a second factor, a second factor before a yes. Amounts are whole base units (wei, satoshi, lamports), in quotes.

check says what looks like a mistake: a rule that never matches, a limit of zero, everything allowed. It ends with 1 when it has something to say.

set says what would change, and asks. Where an authenticator app is enrolled it asks for its code. While there is a wallet, the policy that is in force says how long another one waits (change_after), and your devices are told; until then cancel takes it back. The wait is counted while the co-signer runs, by the clock only while it is stopped. What was used up of a limit stays used up.

explain says what each rule finds in a request: one that waits, one of the past, or the payload in a file, as hex or as JSON with a field payload.`,
  options: { yes: { type: 'boolean' }, ...explainOptions },
  optionHelp: [
    ['--yes', 'without a terminal: do not ask; a code comes from the standard input'],
    ['--chain CAIP-2', 'explain a file: for which chain it is'],
    ['--account CAIP-10', 'explain a file: which account signs'],
    ['--origin ORIGIN', 'explain a file: which site asks'],
  ],
  operands: [0, 2],
  run,
}

async function run(desk: Desk): Promise<void> {
  const [action = 'show', what] = desk.operands
  if (action === 'show' && what === undefined) return showPolicy(desk)
  if (action === 'default' && what === undefined) return showDefault(desk)
  if (action === 'check') return checkPolicy(desk, what)
  if (action === 'set' && what !== undefined) return setPolicy(desk, what)
  if (action === 'cancel' && what === undefined) return cancel(desk)
  if (action === 'explain' && what !== undefined) return runExplain(desk, what)
  throw new CliError(
    'usage',
    'Expected show, default, check, set FILE, cancel or explain.',
    'Run: tandem help policy',
  )
}

const folderOf = (desk: Desk): string => desk.settings().config.folder

const view = (desk: Desk): Promise<messages.PolicyView> =>
  ask(folderOf(desk), { command: 'policy' }, messages.PolicyView)

async function showPolicy(desk: Desk): Promise<void> {
  const { version, hash, text, since, waiting } = await view(desk)
  const { paper } = desk
  if (desk.json) return paper.line(JSON.stringify({ policy: text, version, hash, since, waiting }))
  paper.write(text.endsWith('\n') ? text : `${text}\n`)
  // As comments: what is printed stays a policy.
  paper.line(`# ${short(hash)}, version ${version}, in force since ${day(since)}`)
  if (waiting)
    paper.line(
      `# Another one waits (${short(waiting.hash)}), until ${day(waiting.at)} at the earliest.`,
    )
}

async function showDefault(desk: Desk): Promise<void> {
  const out = await desk.outside()
  const text = out.policyText.write(defaultDocument())
  if (desk.json) desk.paper.line(JSON.stringify({ policy: text }))
  else desk.paper.write(text)
}

async function checkPolicy(desk: Desk, file: string | undefined): Promise<void> {
  const out = await desk.outside()
  const text = file === undefined ? (await view(desk)).text : out.policyFile(file)
  const document = out.policyText.read(text, file ?? 'the policy')
  const remarks = check(document)
  if (desk.json) desk.paper.line(JSON.stringify({ remarks }))
  else sayRemarks(desk.paper, remarks)
  if (remarks.length > 0)
    throw new CliError('no', remarks.length === 1 ? 'One remark.' : `${remarks.length} remarks.`)
  if (!desk.json)
    desk.paper.line(`${document.rules.length} rules, and nothing looks like a mistake.`)
}

function sayRemarks(paper: Paper, remarks: messages.PolicyChange['remarks']): void {
  for (const { rule, text } of remarks)
    paper.line(`${rule === undefined ? '' : `${paper.bold(rule)}: `}${text}`)
}

async function setPolicy(desk: Desk, file: string): Promise<void> {
  const { paper, terminal, json } = desk
  const folder = folderOf(desk)
  const out = await desk.outside()
  const text = out.policyFile(file)
  // Here first: a mistake is named with its line in this file.
  out.policyText.read(text, file)
  if (terminal && desk.flag('yes'))
    throw new CliError('usage', '--yes is for programs: somebody is here to be asked.')
  const change = await ask(folder, { command: 'policy-compare', text }, messages.PolicyChange)
  if (!json) sayChange(paper, change)
  if (terminal && !(await askYes(terminal, 'Set this policy?')))
    throw new CliError('no', 'Nothing was changed.')
  if (!terminal && !desk.flag('yes'))
    throw new CliError('usage', 'Nobody is there to ask.', 'Add --yes.')
  const code = change.asksCode ? await readCode(terminal, 'Code of your app: ') : undefined
  const answer = await ask(
    folder,
    { command: 'policy-set', text, over: change.over, ...(code !== undefined && { code }) },
    messages.PolicyView,
  )
  if (json) return paper.line(JSON.stringify(answer))
  paper.line(
    answer.waiting
      ? `It waits until ${day(answer.waiting.at)}, if the co-signer runs until then. tandem policy cancel takes it back.`
      : 'It is in force.',
  )
}

function sayChange(paper: Paper, change: messages.PolicyChange): void {
  if (change.remarks.length > 0) {
    paper.line(paper.loud('Look at this again:'))
    sayRemarks(paper, change.remarks)
    paper.line()
  }
  if (change.isSame) paper.line('It says the same as the policy that is in force.')
  else for (const one of change.differences) paper.line(one)
  paper.line()
  paper.line(
    change.waitsMs === 0
      ? 'There is no wallet yet: it is in force at once.'
      : `It waits ${durationWords(change.waitsMs)} before it is in force.`,
  )
}

async function cancel({ paper, json, ...desk }: Desk): Promise<void> {
  const { folder } = desk.settings().config
  const answer = await ask(folder, { command: 'policy-cancel' }, messages.Done)
  if (json) return paper.line(JSON.stringify(answer))
  paper.line(answer.done ? 'Taken back. The policy stays as it is.' : 'No other policy waited.')
}
