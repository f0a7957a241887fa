import { CliError } from '../cli-error.ts'
import type { Command, Desk, Settings } from '../command.ts'
import type { Finding } from '../doctor/finding.ts'
import { folder } from '../doctor/folder.ts'
import { key } from '../doctor/key.ts'
import { disk, program } from '../doctor/machine.ts'
import { running } from '../doctor/running.ts'
import { wrap } from '../paper.ts'

export const doctor: Command = {
  name: 'doctor',
  group: 'Look inside',
  summary: 'what is wrong here, and how to put it right',
  usage: ['tandem doctor'],
  help: `Looks at the program, the settings, the folder and its rights, the key, the co-signer that runs and its port, the database, the wallets, the last backup, the clock, the memory limit and the disk. Asks nobody else, and changes nothing. Ends with 1 when something needs you, and says what to do.`,
  operands: [0, 0],
  run,
}

async function run(desk: Desk): Promise<void> {
  const { paper, json } = desk
  const findings = await examine(desk)
  const wrong = findings.filter(({ fix }) => fix !== undefined)
  if (json) paper.line(JSON.stringify({ ok: wrong.length === 0, findings }))
  else
    for (const { what, found, fix } of findings) {
      const mark = fix === undefined ? 'ok ' : paper.loud('fix')
      const [first = '', ...rest] = wrap(found, paper.width - INDENT)
      paper.line(`${mark}  ${what.padEnd(INDENT - 5)}${first}`)
      for (const line of rest) paper.line(' '.repeat(INDENT) + line)
      for (const line of wrap(fix ?? '', paper.width - INDENT))
        if (line !== '') paper.line(' '.repeat(INDENT) + line)
    }
  if (wrong.length > 0)
    throw new CliError(
      'no',
      wrong.length === 1 ? 'One thing needs you.' : `${wrong.length} things need you.`,
    )
}

const INDENT = 16

async function examine(desk: Desk): Promise<Finding[]> {
  let settings: Settings
  try {
    settings = desk.settings()
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error)
    const fix = 'Put it right, then run tandem doctor again.'
    return [program(), { what: 'settings', found, fix }]
  }
  const file = { what: 'settings', found: settings.path ?? 'no file: every default holds' }
  const place = folder(settings)
  if (place.fix !== undefined) return [program(), file, place]
  return [
    program(),
    file,
    place,
    await key(desk, settings),
    ...(await running(desk, settings)),
    disk(settings),
  ]
}
