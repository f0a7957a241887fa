import type { ParseArgsOptionsConfig } from 'node:util'
import type { Config, Origins } from '../config.ts'
import type { Outside } from '../daemon.ts'
import type { Sealing } from '../sealing.ts'
import type { Paper } from './paper.ts'
import type { Terminal } from './terminal.ts'

/** What a command works with. */
export type Desk = {
  readonly paper: Paper
  /** The person, when there is one. */
  readonly terminal: Terminal | undefined
  /** `--json`: one object a line instead of text. */
  readonly json: boolean
  /** @throws {ConfigError} */
  readonly settings: () => Settings
  readonly outside: () => Promise<Outside>
  readonly option: (name: string) => string | undefined
  readonly flag: (name: string) => boolean
  readonly operands: readonly string[]
  /** Aborted by Ctrl-C and by SIGTERM. */
  readonly stop: AbortSignal
  readonly credentials: string | undefined
}

export type Settings = {
  readonly config: Config
  readonly origins: Origins
  readonly path: string | undefined
  /** As set, or as `tandem init` chose; nothing before that. */
  readonly sealing: Sealing | undefined
}

/** One command. Its help is its documentation. */
export type Command = {
  readonly name: string
  readonly group: 'Set up' | 'Every day' | 'Look inside'
  /** One line, for the list. */
  readonly summary: string
  readonly usage: readonly string[]
  /** What a person should know before using it. */
  readonly help: string
  readonly options?: ParseArgsOptionsConfig
  /** Name and meaning, for help. */
  readonly optionHelp?: readonly (readonly [string, string])[]
  readonly operands: readonly [number, number]
  run(desk: Desk): Promise<void>
}
