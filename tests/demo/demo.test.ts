import { execFile } from 'node:child_process'
import { readFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { hasChromium } from '../browser/chromium.ts'

const main = join(import.meta.dirname, '../../scripts/start/main.ts')

const families = ['evm', 'solana', 'bitcoin']
const screens = [
  'ready.png',
  ...['connect', 'message', 'payment'].flatMap((what) =>
    families.map((family) => `${family}-${what}.png`),
  ),
  'refusal.png',
  'shop.png',
]

test.skipIf(!hasChromium)(
  'npm start -- --demo does the whole main job, and pays what the screens said',
  async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [main, '--demo'])
    expect(stdout).not.toContain('✗')
    expect(stdout.match(/✓ Pay the shop/g)).toHaveLength(3)
    expect(stdout).toContain('✓ Pay 5 ETH, which the co-signer refuses')
    expect(stdout).toContain('The shop has what the screens said, to the unit.')
    // Who looks on learns that nobody wrote the phrase down, what was sent, and how long it took.
    expect(stdout).toContain('the demo only answers')
    expect(stdout).toMatch(/✓ Confirm the half of the co-signer +\d+ ms/)
    expect(stdout.match(/✓ Pay the shop on \w+ +\d+ ms/g)).toHaveLength(3)
    for (const id of [
      /Ethereum +0x[0-9a-f]{64}\n/,
      /Solana +[1-9A-HJ-NP-Za-km-z]{86,88}\n/,
      /Bitcoin +[0-9a-f]{64}\n/,
    ])
      expect(stdout).toMatch(id)
    const [, pictures = ''] = /Pictures of every screen: (\S+)/.exec(stdout) ?? []
    const taken = readdirSync(pictures)
    try {
      expect(taken.map((name) => name.slice(3)).toSorted()).toEqual(screens.toSorted())
      for (const name of taken)
        expect(readFileSync(join(pictures, name)).subarray(1, 4).toString()).toBe('PNG')
    } finally {
      rmSync(pictures, { recursive: true })
    }
  },
)
