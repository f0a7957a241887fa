// `npm run vectors`: writes the frozen vectors of every flow, or with --check says which ones differ.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { flows } from '../test/frozen/all.ts'
import { render } from '../test/frozen/values.ts'

const check = process.argv.includes('--check')

for (const flow of Object.values(flows)) {
  for (const file of flow()) {
    const place = join(import.meta.dirname, file.path)
    const text = render(file)
    const same = text === read(place)
    if (check && !same) process.exitCode = 1
    if (!check && !same) {
      mkdirSync(dirname(place), { recursive: true })
      writeFileSync(place, text)
    }
    const verdict = same ? 'as it was' : check ? 'DIFFERS' : 'written'
    process.stdout.write(`${file.path} ${text.length} bytes, ${verdict}\n`)
  }
}

function read(place: string): string | undefined {
  try {
    return readFileSync(place, 'utf8')
  } catch {
    return undefined
  }
}
