import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inTurn } from '../../core/log/in-turn.ts'
import { type RunTool, type Tpm, TpmError } from '../../ports/tpm.ts'

const LIMIT_MS = 5_000
/** Nothing that we ask for is longer. */
const MAX_OUTPUT = 65_536

/** The tools that take an object into the TPM. */
const loading = new Set(['create', 'createprimary', 'hmac', 'load', 'startauthsession'])

/**
 * Runs tpm2-tools as child processes.
 *
 * @param tcti how they reach the TPM, such as `device:/dev/tpmrm0`. One without a resource manager is
 * taken to be ours alone: what earlier commands left in it is thrown out.
 */
export function tpm2Tools(tcti: string): Tpm {
  const isOurs = !/tpmrm|tabrmd/.test(tcti)
  const next = inTurn()
  let hungAt = -1
  let isDirty = isOurs

  async function oneTurn<T>(
    asked: number,
    work: (run: RunTool, folder: string) => Promise<T>,
  ): Promise<T> {
    // Who waited behind a command that hung has waited long enough.
    if (asked <= hungAt) throw new TpmError('gone', 'the TPM does not answer')
    const deadline = performance.now() + LIMIT_MS
    const folder = orGone(() => mkdtempSync(join(tmpdir(), 'tandem-tpm-')))
    const run: RunTool = async (name, ...args) => {
      try {
        return await tool(folder, tcti, deadline, [name, ...args])
      } finally {
        // It has room for three objects, and the tools leave theirs behind.
        if (isOurs && loading.has(name) && performance.now() < deadline) await forget('-t')
      }
    }
    const forget = (kind: '-t' | '-l' | '-s') =>
      tool(folder, tcti, deadline, ['flushcontext', kind]).catch(() => undefined)
    try {
      if (isDirty) for (const kind of ['-t', '-l', '-s'] as const) await forget(kind)
      isDirty = false
      return await work(run, folder)
    } catch (error) {
      isDirty = isOurs
      if (performance.now() >= deadline) hungAt = performance.now()
      throw error
    } finally {
      orGone(() => rmSync(folder, { recursive: true, force: true }))
    }
  }

  return {
    turn(work) {
      const asked = performance.now()
      return next(() => oneTurn(asked, work))
    },
  }
}

/** A machine without descriptors or room on its disk reaches no TPM. */
function orGone<T>(work: () => T): T {
  try {
    return work()
  } catch (cause) {
    throw new TpmError('gone', `no place for the files of tpm2-tools: ${String(cause)}`)
  }
}

function tool(
  folder: string,
  tcti: string,
  deadline: number,
  args: readonly string[],
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const child = spawn('tpm2', args, {
      cwd: folder,
      env: { PATH: process.env['PATH'], TPM2TOOLS_TCTI: tcti, TSS2_LOG: 'all+NONE' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const output: Buffer[] = []
    let length = 0
    let complaint = ''
    let isLate = false
    const stop = () => {
      isLate = true
      child.kill('SIGKILL')
      // What it started may hold its pipes, and the kernel may hold it: nobody waits for either.
      child.stdout?.destroy()
      child.stderr?.destroy()
      child.unref()
      // Whether or not it can be killed: a TPM that hangs must not hold every signature.
      reject(new TpmError('gone', 'the TPM does not answer'))
    }
    const timer = setTimeout(stop, Math.max(0, deadline - performance.now()))
    child.on('error', () => {
      clearTimeout(timer)
      reject(new TpmError('gone', 'no program tpm2 can be started: are tpm2-tools installed?'))
    })
    // A machine without descriptors left gives it no pipes: the error comes next.
    if (!child.stdout || !child.stderr) return
    child.stdout.on('data', (data: Buffer) => {
      length += data.length
      if (length <= MAX_OUTPUT) output.push(data)
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (complaint.length < MAX_OUTPUT) complaint += text
    })
    child.on('close', (code) => {
      clearTimeout(timer)
      if (isLate) reject(new TpmError('gone', 'the TPM does not answer'))
      else if (code !== 0) reject(errorOf(args[0] ?? '', complaint))
      else resolve(joined(output))
      for (const part of output) part.fill(0)
    })
  })
}

function joined(parts: readonly Buffer[]): Uint8Array {
  const whole = Buffer.concat(parts)
  const bytes = Uint8Array.from(whole)
  whole.fill(0)
  return bytes
}

function errorOf(name: string, complaint: string): TpmError {
  const [, hex] = /\(0x([0-9a-f]+)\)/i.exec(complaint) ?? []
  const response = hex === undefined ? undefined : Number.parseInt(hex, 16)
  // Layers above the TPM answer with their number in the third byte: the tenth is the way to it.
  const isGone = /load tcti/i.test(complaint) || (response !== undefined && response >> 16 === 0xa)
  if (isGone) return new TpmError('gone', `the TPM cannot be reached (tpm2_${name})`)
  const what = response === undefined ? 'failed' : `was answered 0x${response.toString(16)}`
  return new TpmError('refused', `tpm2_${name} ${what}`, plain(response))
}

/** A response of format one says where the mistake is; only what it is matters here. */
function plain(response: number | undefined): number | undefined {
  if (response === undefined || response >> 16 !== 0) return undefined
  return (response & 0x80) === 0 ? response : response & 0xbf
}
