/**
 * The main job, until extension and daemon exist: two `node` processes that share no memory make
 * three keys over a socket and sign with them. This process only starts them, passes the pairing
 * secret as a person would, shows their progress, and checks each signature with other libraries.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { verifiedBy } from './check.ts'
import type { Report, Task } from './task.ts'

const script = join(import.meta.dirname, 'party.ts')
const folder = await mkdtemp(join(tmpdir(), 'tandem-demo-'))
const color = process.stdout.isTTY
const bold = (text: string) => (color ? `\u001B[1m${text}\u001B[22m` : text)
const dim = (text: string) => (color ? `\u001B[2m${text}\u001B[22m` : text)
const say = (text: string) => process.stdout.write(`${text}\n`)

say(bold('\nTandem: two machines, one wallet, and no machine has the key\n'))
say(
  dim(
    'Two node processes follow. Each keeps its own share; they talk through an encrypted socket.\n',
  ),
)

const children: ChildProcess[] = []
let failed = false
// Ctrl-C reaches the parties too; the folder is this process's to remove.
let stopped = false
process.once('SIGINT', () => {
  stopped = true
  for (const child of children) child.kill()
})
try {
  // The pairing link's secret: a person carries it from one screen to the other.
  const secret = randomBytes(16).toString('hex')
  const cosigner = start('co-signer', { role: 'co-signer', secret, folder })
  const port = await new Promise<number>((resolve, reject) => {
    cosigner.on('message', (report: Report) => report.type === 'listening' && resolve(report.port))
    cosigner.once('exit', () => reject(new Error('the co-signer stopped before it listened')))
  })
  const device = start('device', { role: 'device', secret, folder, port })
  for (const child of [cosigner, device])
    child.once('exit', (code) => {
      // One party alone waits for the other for ever.
      if (code !== 0) for (const other of children) other.kill()
    })
  const codes = await Promise.all([ended(cosigner), ended(device)])
  failed ||= codes.some((code) => code !== 0)
} finally {
  for (const child of children) if (child.exitCode === null) child.kill()
  await rm(folder, { recursive: true, force: true })
}
if (stopped) {
  process.exitCode = 130
} else if (failed) {
  say('\nThe demo did not finish: see the line above that starts with ✗.')
  process.exitCode = 1
} else {
  say(bold('\nDone. Neither process has held more than one share of any key.'))
  say(dim('Next: npm test runs every check, npm run bench measures.\n'))
}

function start(name: string, task: Task): ChildProcess {
  const child = fork(script, [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  children.push(child)
  child.send(task)
  child.on('message', (report: Report) => show(name, report))
  return child
}

function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once('exit', (code) => resolve(code ?? 1))
  })
}

function show(name: string, report: Report): void {
  const who = dim(name.padEnd(10))
  switch (report.type) {
    case 'listening':
      say(`  ${who} listens on 127.0.0.1:${report.port}`)
      break
    case 'done':
      say(`✓ ${who} ${report.what.padEnd(58)} ${dim(`${report.ms.toFixed(0).padStart(6)} ms`)}`)
      break
    case 'progress':
      say(`  ${who} ${dim(report.what)}`)
      break
    case 'key':
      say(`  ${who} ${report.suite.padEnd(17)} ${dim(report.publicKey)}`)
      break
    case 'signature':
      check(who, report)
      break
    case 'failed':
      failed = true
      say(`✗ ${who} ${report.what}`)
      break
  }
}

/** The signature counts when code that had no part in it says so. */
function check(who: string, report: Extract<Report, { type: 'signature' }>): void {
  const library = verifiedBy(report)
  if (!library) failed = true
  const mark = library ? '✓' : '✗'
  const verdict = library ? `verified by ${library}` : 'does not verify'
  say(
    `${mark} ${who} ${report.suite.padEnd(17)} ${dim(`${report.signature.slice(0, 32)}…`)} ${verdict}`,
  )
}
