/** The networks of a running co-signer, at its command line. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DaemonProcess, startDaemon, tandem } from './daemon.ts'

const root = mkdtempSync(join(tmpdir(), 'tandem-network-'))
const home = join(root, 'home')
const hazel = ['eip155:31338', '--name', 'Hazel Chain', '--symbol', 'HZL']
let daemon: DaemonProcess

beforeAll(async () => {
  daemon = await startDaemon(home)
})

afterAll(async () => {
  await daemon.stop()
  rmSync(root, { recursive: true })
})

test('a coin of other than 18 decimals is refused', async () => {
  const { code, err } = await tandem(home, ['network', 'add', ...hazel, '--decimals', '8'])
  expect([code, err]).toEqual([2, expect.stringContaining('Expected --decimals 18')])
  expect((await tandem(home, ['network'])).out).not.toContain('Hazel')
})

test('a network is added, listed with what the policy does there, and removed', async () => {
  const added = await tandem(home, ['network', 'add', ...hazel, '--decimals', '18', '--test'])
  expect(added).toMatchObject({ code: 0, err: '' })
  expect(added.out).toBe(
    'Added: Hazel Chain, chain eip155:31338, coin HZL.\nBy the policy, its coin has no limit.\n',
  )
  const json = async (...args: string[]): Promise<unknown> =>
    JSON.parse((await tandem(home, [...args, '--json'])).out)
  expect(await json('network')).toMatchObject({
    networks: [
      { chain: 'eip155:31337', own: false },
      { chain: 'eip155:31338', name: 'Hazel Chain', symbol: 'HZL', decimals: 18, own: true },
    ],
  })
  const { out } = await tandem(home, ['network'])
  expect(out).toMatch(/^eip155:31338 {2}Hazel Chain \(HZL\) {2}yours, test; added /m)
  expect(await json('network', 'remove', 'eip155:31338')).toEqual({ done: true })
  const { networks } = (await json('network')) as { networks: unknown[] }
  expect(networks).toHaveLength(1)
})

test('a network that Tandem knows needs its chain only', async () => {
  const { out } = await tandem(home, ['network', 'add', 'eip155:11155111'])
  expect(out).toContain('Added: Sepolia, chain eip155:11155111, coin ETH.')
  const { code, err } = await tandem(home, ['network', 'remove', 'eip155:31337'])
  expect([code, err]).toEqual([1, expect.stringContaining('The settings name eip155:31337')])
})
