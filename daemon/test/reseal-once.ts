/** Moves the secrets of a folder from its key `one` to its key `two`: a process to kill. */
import { join } from 'node:path'
import { system } from '../src/adapters/entropy/system.ts'
import { keyFile } from '../src/adapters/key-wrap/key-file.ts'
import { sqlite } from '../src/adapters/stores/sqlite/sqlite.ts'
import { reseal } from '../src/core/reseal.ts'

const [folder = ''] = process.argv.slice(2)
const [from, to] = ['one', 'two'].map((name) => keyFile(join(folder, name)))
if (!from || !to) throw new Error('two keys')
const raw = sqlite(join(folder, 'tandem.db'))
await reseal(raw, { from, to }, system(), () => new Date())
await raw.close()
