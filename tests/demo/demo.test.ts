import { execFile } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { hasChromium } from '../browser/chromium.ts'

const main = join(import.meta.dirname, '../../scripts/start/main.ts')

test.skipIf(!hasChromium)(
  'npm start -- --demo does the whole main job, and pays what the screens said',
  async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [main, '--demo'])
    expect(stdout).not.toContain('✗')
    expect(stdout.match(/✓ Pay the shop/g)).toHaveLength(3)
    expect(stdout).toContain('✓ Pay 5 ETH, which the co-signer refuses')
    expect(stdout).toContain('The shop has what the screens said, to the unit.')
    const [, pictures = ''] = /Pictures of every screen: (\S+)/.exec(stdout) ?? []
    rmSync(pictures, { recursive: true })
  },
)
