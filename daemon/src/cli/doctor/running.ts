import { connect } from 'node:net'
import * as messages from '../../core/operator/messages.ts'
import { version } from '../../version.ts'
import { ask } from '../client.ts'
import { CliError } from '../cli-error.ts'
import type { Desk, Settings } from '../command.ts'
import { day } from '../words.ts'
import type { Finding } from './finding.ts'
import { clock, coreLimit } from './machine.ts'

/** What the co-signer that runs says of itself; what its folder says, where none runs. */
export async function running(desk: Desk, settings: Settings): Promise<Finding[]> {
  const { folder } = settings.config
  const what = 'co-signer'
  let status: messages.Status
  try {
    status = await ask(folder, { command: 'status' }, messages.Status)
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    const stopped: Finding = { what, found: 'is not running', fix: 'Run: tandem start' }
    return [stopped, await database(desk, folder), clock(settings), ...present(coreLimit('self'))]
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
  if (!open) return [...findings, clock(settings)]
  const self = await ask(folder, { command: 'examine' }, messages.Examined)
  return [
    ...findings,
    { what, found: `runs, and listens on ${open.address}` },
    await port(open.address),
    { what: 'database', found: `SQLite ${self.sqlite}, synchronous ${self.synchronous}` },
    { what: 'log', found: `${open.entries} entries; tandem audit verify reads them all` },
    ...setBack(self),
    ...backup(self),
    clock(settings, self.moved),
    ...present(coreLimit(self.pid)),
  ]
}

const present = (finding: Finding | undefined): Finding[] => (finding ? [finding] : [])

function setBack({ setBack: count, lost, wallets }: messages.Examined): Finding[] {
  const what = 'wallets'
  const findings: Finding[] = []
  if (count > lost)
    findings.push({
      what,
      found: `${count - lost} of ${wallets} sign nothing: what this co-signer keeps is an older copy`,
      fix: 'If you know why (a backup, a snapshot, a copied disk), make sure that no other copy runs, run tandem rotate for each wallet, and begin it on its device. If you do not, keep a copy of the folder and find out first.',
    })
  if (lost > 0)
    findings.push({
      what,
      found: `${lost} of ${wallets} sign nothing here any more: their devices have newer shares`,
      fix: 'Use the co-signer that has them, restore a newer backup, or recover them with their recovery phrase.',
    })
  return findings
}

function backup({ backup: at, isComplete, wallets }: messages.Examined): Finding[] {
  const what = 'backup'
  if (at === undefined && wallets === 0) return []
  if (at === undefined) return [{ what, found: 'there is none', fix: 'Run: tandem backup FILE' }]
  const found = `of ${day(at)}`
  if (isComplete) return [{ what, found }]
  return [
    {
      what,
      found: `${found}, from before a wallet was made or rotated: it does not bring that wallet back`,
      fix: 'Run: tandem backup FILE',
    },
  ]
}

/** A file that nobody has open; one that is open is looked at by who has it. */
async function database(desk: Desk, folder: string): Promise<Finding> {
  const what = 'database'
  const out = await desk.outside()
  try {
    const { sqlite, version: found, newest, integrity } = out.examineStore(folder)
    if (found > newest)
      return {
        what,
        found: `it has version ${found}, this program knows ${newest}`,
        fix: 'Update Tandem.',
      }
    if (integrity !== 'ok') return { what, found: integrity, fix: adviceFor('damaged') }
    return { what, found: `SQLite ${sqlite}, version ${found}, whole` }
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    return { what, found: text, fix: adviceFor('damaged') }
  }
}

/** Whether somebody can reach it where it says. */
async function port(address: string): Promise<Finding> {
  const { hostname, port: number } = new URL(`http://${address}`)
  const host = hostname.replace(/^\[|\]$/g, '')
  const isAny = host === '0.0.0.0' || host === '::'
  const socket = connect(Number(number), isAny ? 'localhost' : host)
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', reject)
      socket.setTimeout(2000, () => reject(new Error('nobody answered within 2 seconds')))
    })
    return { what: 'port', found: `${address} answers` }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return {
      what: 'port',
      found: `${address} does not answer: ${why}`,
      fix: 'Look at the firewall of this machine, and at listen.host and listen.port.',
    }
  } finally {
    socket.destroy()
  }
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
    case 'counter-missing':
    case 'counter-behind':
      return 'Was the TPM cleared or changed? Run: tandem unseal --new-counter, then tandem rotate for each wallet'
    case 'counter-unsafe':
      return 'Remove what stands in its place (tpm2_nvundefine), then run: tandem unseal --new-counter'
    case 'counter-failed':
      return 'Is a copy of this folder running? Stop it, then run: tandem unseal'
    case 'unsafe':
      return 'Put that right, then run: tandem unseal'
    case 'damaged':
      return 'Keep a copy of the folder. Restore a backup into another folder: tandem help restore.'
    default:
      return 'Bring its key back. Do not run init: a new key opens nothing.'
  }
}
