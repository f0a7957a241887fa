// `npm run build`: the daemon as a few files of JavaScript, in daemon/dist.
import { globSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { bundle } from './build/bundle.ts'

const root = dirname(import.meta.dirname)
const folder = join(root, 'daemon', 'dist')
await bundle(root, folder)
const files = globSync('*.js', { cwd: folder })
const bytes = files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0)
process.stdout.write(`daemon/dist: ${files.length} files, ${Math.round(bytes / 1024)} kB\n`)
