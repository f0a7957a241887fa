import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { flows } from './frozen/all.ts'
import { render } from './frozen/values.ts'
import { ownVectors } from './vectors.ts'

const folder = fileURLToPath(new URL('../vectors', import.meta.url))

describe('the frozen vectors', () => {
  test.for(Object.keys(flows))(
    '%s: what is made today is what is stored, byte for byte',
    (flow) => {
      const made = flows[flow]!()
      for (const file of made) {
        const same = render(file) === ownVectors(file.path)
        expect(same, `${file.path} differs; vectors/README.md says what that means`).toBe(true)
      }
      const stored = globSync([`${flow}.json`, `${flow}/**/*.json`], { cwd: folder })
      expect(made.map(({ path }) => path).toSorted()).toEqual(stored.toSorted())
    },
  )
})
