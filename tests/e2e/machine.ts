/** A machine of its own for a program: a network namespace with nothing in it, and one cable to it. */
import { execFileSync, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'

export type Machine = {
  /** Where it is, from here: of 198.18.0.0/15, which is for tests (RFC 2544). */
  readonly address: string
  /** What runs a command there. */
  readonly within: readonly string[]
  /** How many bytes came from there over the cable. */
  carried(): number
  /** Whether anything of it is left. */
  isThere(): boolean
  remove(): void
}

const ip = (...args: string[]) => execFileSync('ip', args, { stdio: 'pipe' }).toString()
const tries = (...args: string[]) => spawnSync('ip', args, { stdio: 'ignore' }).status === 0

/** Whether this process may make machines. */
export const canMakeMachines = ((): boolean => {
  const name = `tandem-${randomBytes(4).toString('hex')}`
  return process.getuid?.() === 0 && tries('netns', 'add', name) && tries('netns', 'del', name)
})()

/** @throws when there is no such thing here; nothing is left of it then. */
export function makeMachine(): Machine {
  const id = randomBytes(4)
  const name = `tandem-${id.toString('hex')}`
  const cable = `td${id.toString('hex')}`
  // One of the 32,768 networks of four addresses: others may run this test at the same time.
  const base = (id.readUInt16BE() & 0x7fff) << 2
  const at = (host: number) =>
    `198.${18 + (base >> 16)}.${(base >> 8) & 0xff}.${(base & 0xff) + host}`
  const isThere = () => ip('netns', 'list').includes(name) || tries('link', 'show', cable)
  const remove = () => {
    process.off('exit', remove)
    // One end of a cable does not stay without the other.
    tries('link', 'del', cable)
    tries('netns', 'del', name)
  }
  process.once('exit', remove)
  try {
    ip('netns', 'add', name)
    ip('link', 'add', cable, 'type', 'veth', 'peer', 'name', 'cable', 'netns', name)
    ip('address', 'add', `${at(1)}/30`, 'dev', cable)
    ip('link', 'set', cable, 'up')
    for (const device of ['lo', 'cable']) ip('-netns', name, 'link', 'set', device, 'up')
    ip('-netns', name, 'address', 'add', `${at(2)}/30`, 'dev', 'cable')
  } catch (error) {
    remove()
    throw error
  }
  return {
    address: at(2),
    within: ['ip', 'netns', 'exec', name],
    carried: () => Number(readFileSync(`/sys/class/net/${cable}/statistics/rx_bytes`, 'utf8')),
    isThere,
    remove,
  }
}
