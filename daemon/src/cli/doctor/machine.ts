import { lstatSync, readFileSync, readdirSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { version } from '../../version.ts'
import type { Settings } from '../command.ts'
import type { Finding } from './finding.ts'

const OLDEST_NODE = 24

export function program(): Finding {
  const found = `Tandem ${version}, Node ${process.versions.node}`
  const major = Number(process.versions.node.split('.')[0])
  if (major >= OLDEST_NODE) return { what: 'program', found }
  return { what: 'program', found, fix: `Install Node ${OLDEST_NODE} or later.` }
}

/** 2026-01-01: a clock before it was never set. */
const EARLIEST = Date.UTC(2026, 0, 1)
const MINUTE = 60_000

/**
 * The clock, without asking anybody else: it must not be behind what was written before, nor have gone back.
 *
 * @param moved how far it has moved otherwise than time passed, since the co-signer started.
 */
export function clock({ config }: Settings, moved = 0, now = new Date()): Finding {
  const what = 'clock'
  const found = `${now.toISOString().slice(0, 19)}Z`
  const fix = 'Set it: links, limits, delays and codes go by it.'
  if (now.getTime() < EARLIEST) return { what, found: `${found} cannot be right`, fix }
  const newest = Math.max(
    ...readdirSync(config.folder).map((name) => lstatSync(join(config.folder, name)).mtimeMs),
  )
  if (newest > now.getTime() + 5 * MINUTE)
    return {
      what,
      found: `${found}, but a file was written ${minutes(newest - now.getTime())} later`,
      fix,
    }
  if (moved < -MINUTE)
    return {
      what,
      found: `${found}, and it went back by ${minutes(-moved)} since the co-signer started`,
      fix: `${fix} Then restart the co-signer.`,
    }
  return { what, found }
}

const minutes = (ms: number): string => {
  const count = Math.round(ms / MINUTE)
  return count === 1 ? '1 minute' : `${count} minutes`
}

const MIB = 2 ** 20
const ENOUGH = 256 * MIB

export function disk({ config }: Settings): Finding {
  const { bavail, bsize } = statfsSync(config.folder)
  const found = `${Math.floor((bavail * bsize) / MIB)} MiB free`
  if (bavail * bsize >= ENOUGH) return { what: 'disk', found }
  return { what: 'disk', found, fix: 'Make room: without it nothing is signed.' }
}

/** What the system does with a crash, and how large it may be for one process. */
type Crashes = { readonly limits: string; readonly pattern: string }

/** Whether a crash would write the memory of a process to the disk, shares included. */
export function coreLimit(
  pid: number | 'self',
  { limits, pattern }: Crashes = crashesOf(pid),
): Finding | undefined {
  const what = 'memory'
  // Not every system says so; one that does not is not wrong.
  const [, soft] = /^Max core file size +(\S+)/m.exec(limits) ?? []
  if (soft === undefined) return undefined
  if (soft !== '0')
    return {
      what,
      found: 'a crash would write it to the disk, shares included',
      fix: 'Start it as a service (LimitCORE=0), or run ulimit -c 0 before tandem start.',
    }
  const [, handler] = /^\|(\S+)/.exec(pattern) ?? []
  // A program gets all of it whatever the limit is; this one asks for the limit, and keeps to it.
  if (handler === undefined || handler.endsWith('/systemd-coredump'))
    return { what, found: 'a crash writes none of it to the disk' }
  return {
    what,
    found: `a crash would hand it to ${handler}, shares included, whatever the limit is`,
    fix: 'See that it keeps none of it, or set kernel.core_pattern to a plain name.',
  }
}

function crashesOf(pid: number | 'self'): Crashes {
  return {
    limits: textOf(`/proc/${pid}/limits`),
    pattern: textOf('/proc/sys/kernel/core_pattern'),
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
