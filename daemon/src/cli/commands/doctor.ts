import { existsSync, lstatSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import * as messages from '../../core/operator/messages.ts'
import { secretName } from '../../sealing.ts'
import { version } from '../../version.ts'
import { ask } from '../client.ts'
import { CliError } from '../cli-error.ts'
import type { Command, Desk, Settings } from '../command.ts'

/** One thing that was looked at; `fix` when it is not as it should be. */
type Finding = { readonly what: string; readonly found: string; readonly fix?: string }

export const doctor: Command = {
  name: 'doctor',
  group: 'Look inside',
  summary: 'what is wrong here, and how to put it right',
  usage: ['tandem doctor'],
  help: `Looks at the settings, the folder, the key, the database, the co-signer that runs, the clock and the disk. Changes nothing. Ends with 1 when something needs you.`,
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
      paper.line(`${mark}  ${what.padEnd(10)}${found}`)
      if (fix !== undefined) paper.line(`${' '.repeat(15)}${fix}`)
    }
  if (wrong.length > 0)
    throw new CliError(
      'no',
      wrong.length === 1 ? 'One thing needs you.' : `${wrong.length} things need you.`,
    )
}

async function examine(desk: Desk): Promise<Finding[]> {
  const node = program()
  let settings: Settings
  try {
    settings = desk.settings()
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error)
    return [node, { what: 'settings', found, fix: 'Put it right, then run tandem doctor again.' }]
  }
  const file: Finding = { what: 'settings', found: settings.path ?? 'no file: every default holds' }
  const place = folder(settings)
  if (place.fix !== undefined) return [node, file, place]
  return [
    node,
    file,
    place,
    await key(desk, settings),
    ...(await running(settings)),
    clock(),
    disk(settings),
  ]
}

function program(): Finding {
  const found = `Tandem ${version}, Node ${process.versions.node}`
  const major = Number(process.versions.node.split('.')[0])
  if (major >= 24) return { what: 'program', found }
  return { what: 'program', found, fix: 'Tandem needs Node 24 or later.' }
}

function folder({ config, sealing }: Settings): Finding {
  const what = 'folder'
  const found = lstatSync(config.folder, { throwIfNoEntry: false })
  if (!found) return { what, found: `there is no ${config.folder}`, fix: 'Run: tandem init' }
  if ((found.mode & 0o077) !== 0)
    return {
      what,
      found: `${config.folder} is open to other users`,
      fix: `Run: chmod 700 ${config.folder}`,
    }
  if (!existsSync(join(config.folder, 'tandem.db')) && !sealing)
    return { what, found: `${config.folder} holds no co-signer yet`, fix: 'Run: tandem init' }
  if (!existsSync(join(config.folder, 'tandem.db')))
    return {
      what,
      found: `${config.folder} has no database, although it was set up`,
      fix: 'Bring back the file tandem.db, or recover with your recovery phrase. Do not run init.',
    }
  return { what, found: config.folder }
}

/** Whether the key can be there at all; only unsealing proves that it is the right one. */
async function key(desk: Desk, { config, sealing }: Settings): Promise<Finding> {
  const what = 'key'
  if (!sealing)
    return {
      what,
      found: 'nobody knows how it was sealed',
      fix: 'Bring back the file sealing.toml, or set [sealing].',
    }
  const problem = await (await desk.outside()).probe(config.folder, sealing)
  const name = secretName(sealing)
  if (problem !== undefined)
    return { what, found: `${sealing.kind}: ${problem.found}`, fix: problem.fix }
  return { what, found: `${sealing.kind}${name === undefined ? '' : `, opened with its ${name}`}` }
}

async function running({ config }: Settings): Promise<Finding[]> {
  const what = 'co-signer'
  let status: messages.Status
  try {
    status = await ask(config.folder, { command: 'status' }, messages.Status)
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    return [{ what, found: 'is not running', fix: 'Run: tandem start' }]
  }
  const { sealed, open } = status
  const findings: Finding[] = []
  if (status.version !== version)
    findings.push({
      what: 'version',
      found: `the one that runs is ${status.version}`,
      fix: 'Restart it.',
    })
  if (sealed)
    findings.push({
      what,
      found: `runs, and is sealed: ${sealed.message}`,
      fix: adviceFor(sealed.code),
    })
  if (open)
    findings.push(
      { what, found: `runs, and listens on ${open.address}` },
      { what: 'log', found: `${open.entries} entries; tandem audit verify reads them all` },
    )
  return findings
}

function adviceFor(code: string): string {
  switch (code) {
    case 'sealed':
    case 'wrong-pin':
      return 'Run: tandem unseal'
    case 'locked':
      return 'Wait, then run: tandem unseal'
    case 'gone':
      return 'Put the token or TPM back, then run: tandem unseal'
    case 'other-boot':
      return 'This machine started with other software than when it was sealed: start it as before.'
    case 'unsafe':
      return 'Put that right, then run: tandem unseal'
    case 'damaged':
      return 'Keep a copy of the folder. Bring back a copy from before; your devices notice an old one.'
    default:
      return 'Bring its key back. Do not run init: a new key opens nothing.'
  }
}

/** 2026-01-01: a clock before it was never set. */
const EARLIEST = Date.UTC(2026, 0, 1)

function clock(): Finding {
  const now = new Date()
  const found = `${now.toISOString().slice(0, 19)}Z`
  if (now.getTime() >= EARLIEST) return { what: 'clock', found }
  return { what: 'clock', found, fix: 'Set the clock: links, limits and codes depend on it.' }
}

const ENOUGH = 256 * 2 ** 20

function disk({ config }: Settings): Finding {
  const { bavail, bsize } = statfsSync(config.folder)
  const found = `${Math.floor((bavail * bsize) / 2 ** 20)} MiB free`
  if (bavail * bsize >= ENOUGH) return { what: 'disk', found }
  return { what: 'disk', found, fix: 'Make room: without it nothing is signed.' }
}
