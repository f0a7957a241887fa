import { once } from 'node:events'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { network } from '@tandem/chains'
import { evm } from '@tandem/chains/evm'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Swtpm, hasSwtpm, startSwtpm } from '../../daemon/test/swtpm.ts'
import { transfer } from '../../daemon/test/transfer.ts'
import { logOf } from './control.ts'
import { startWith, tandem } from './daemon.ts'
import { type SealedProcess, startSealed } from './sealed.ts'
import { tpmSection } from './sealings.ts'
import { type Kept, callAgain, pairDevice } from './test-device.ts'

const chain = evm(network('eip155:31337'))
const making = { proposal: { suites: [1] as const } }

describe.skipIf(!hasSwtpm)('a daemon and its TPM (needs swtpm)', () => {
  let root: string
  let home: string
  let device: Swtpm
  let settings: string
  let daemon: SealedProcess | undefined
  let kept: Kept
  let nonce: bigint

  /** A co-signer that has run once. */
  async function setUpAlone(more = ''): Promise<void> {
    settings = `${tpmSection(device)}${more}`
    const first = await startWith(home, { settings, init: [] })
    await first.stop()
  }

  /** The same, with a wallet. */
  async function setUp(): Promise<void> {
    settings = tpmSection(device)
    const first = await startWith(home, { settings, init: [] })
    const paired = await pairDevice(first.link)
    await paired.makeWallet(making)
    ;({ kept } = paired)
    await paired.close()
    await first.stop()
  }

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'tandem-tpm-faults-'))
    home = join(root, 'home')
    nonce = 0n
    device = await startSwtpm()
  })
  afterEach(async () => {
    device.resume()
    await daemon?.stop()
    daemon = undefined
    await device.stop()
    rmSync(root, { recursive: true })
  })

  async function run(): Promise<SealedProcess> {
    daemon = await startSealed(home, { settings })
    return daemon
  }

  /** One start, and an end in order. */
  async function count(): Promise<void> {
    const started = await run()
    await started.opened()
    await started.stop()
  }

  async function expectSealed({ get, status }: SealedProcess, code: string): Promise<void> {
    expect(await get('/healthz')).toEqual({ status: 200, body: '{"alive":true,"sealed":true}\n' })
    expect(await get('/readyz')).toMatchObject({ status: 503 })
    expect(await status()).toMatchObject({ sealed: { code } })
  }

  async function signs(address: string): Promise<string> {
    const paired = await callAgain(address, kept)
    const { type } = await paired.sign(chain, transfer(nonce++))
    await paired.close()
    ;({ kept } = paired)
    return type
  }

  const copyHome = () => execFileSync('cp', ['-a', home, join(root, 'copy')])
  const putCopyBack = () => {
    rmSync(home, { recursive: true })
    execFileSync('cp', ['-a', join(root, 'copy'), home])
  }

  const cli = (...args: string[]) => tandem(home, [...args, '--config', join(home, 'test.toml')])
  const olderCopies = async () =>
    (await logOf(home)).filter(({ type }) => type === 'older-copy').length

  /** Nothing is signed before both have new shares, and then everything again. */
  async function rotates(address: string): Promise<void> {
    const before = await callAgain(address, kept)
    expect(await before.ask(chain, transfer(nonce))).toMatchObject({
      decision: 'deny',
      rule: 'rolled-back',
    })
    const wallet = Buffer.from(kept.share!.keys[0]!.keyId).toString('hex')
    expect(await cli('rotate', wallet.slice(0, 12))).toMatchObject({ code: 0 })
    await before.rotate(making)
    await before.close()
    ;({ kept } = before)
    expect(await signs(address)).toBe('transaction')
  }

  test('goes on while it hangs, and with what it kept once it answers', async () => {
    await setUp()
    const { opened, get } = await run()
    const address = await opened()
    device.hang()
    const order: string[] = []
    const ready = get('/readyz').then(({ status }) => order.push(`ready ${status}`))
    order.push(`alive ${(await get('/healthz')).status}`)
    const paired = await callAgain(address, kept)
    await ready
    expect(order).toEqual(['alive 200', 'ready 503'])
    expect(await paired.ask(chain, transfer(0n))).toMatchObject({
      decision: 'deny',
      rule: 'sealed',
    })
    device.resume()
    // Nobody asks it again for two seconds.
    const rules = new Set<string>()
    for (;;) {
      const { decision, rule } = await paired.ask(chain, transfer(0n))
      if (decision === 'allow') break
      rules.add(rule)
      device.tool('getrandom', '8')
    }
    expect([...rules].filter((rule) => rule !== 'sealed')).toEqual([])
    expect((await paired.sign(chain, transfer(1n))).type).toBe('transaction')
    await paired.close()
  })

  test('starts sealed without it, and unseals itself once it is there', async () => {
    await setUp()
    await device.off()
    const started = await run()
    await expectSealed(started, 'gone')
    await device.on()
    expect(await signs(await started.opened())).toBe('transaction')
  })

  test('is locked out by no power cuts, with three failures allowed', async () => {
    await setUpAlone()
    const limits = ['--max-tries=3', '--recovery-time=10000', '--lockout-recovery-time=10000']
    device.tool('dictionarylockout', '--setup-parameters', ...limits)
    for (let cut = 0; cut < 4; cut++) {
      const { process, opened } = await run()
      await opened()
      await device.cutPower()
      process.kill('SIGKILL')
      await once(process, 'exit')
    }
    const last = await run()
    await last.opened()
    // A start that was cut off is not an older copy.
    expect(await olderCopies()).toBe(0)
  })

  test('says so when the machine started with something else', async () => {
    await setUpAlone('pcrs = [16]\n')
    await count()
    device.tool('pcrextend', `16:sha256=${'00'.repeat(31)}01`)
    const changed = await run()
    await expectSealed(changed, 'other-boot')
    expect((await changed.status()).sealed?.message).toContain('a PCR has changed')
    await changed.stop()
    await device.cutPower()
    await count()
  })

  test('makes no key in the place of one that was cleared', async () => {
    await setUpAlone()
    device.tool('clear')
    const started = await run()
    await expectSealed(started, 'key-missing')
    expect(device.tool('getcap', 'handles-nv-index').toString()).not.toContain('0x1807A01')
  })

  describe('counts the starts', () => {
    test('a copy of the folder from before the last start is set back, and signs with new shares', async () => {
      await setUp()
      copyHome()
      await count()
      putCopyBack()
      const started = await run()
      const address = await started.opened()
      expect(await olderCopies()).toBe(1)
      expect((await cli('wallets', '--json')).out).toContain('set-back')
      await rotates(address)
      await started.stop()
      const again = await run()
      expect(await signs(await again.opened())).toBe('transaction')
      expect(await olderCopies()).toBe(1)
    })

    test('with a lost counter it stays sealed until a person begins another', async () => {
      await setUp()
      device.tool('nvundefine', '0x01807a01', '-C', 'o')
      const started = await run()
      await expectSealed(started, 'counter-missing')
      const doctor = await cli('doctor')
      expect(doctor.code).not.toBe(0)
      expect(doctor.out.replaceAll(/\s+/g, ' ')).toContain('tandem unseal --new-counter')
      expect((await cli('unseal')).code).not.toBe(0)
      expect(await cli('unseal', '--new-counter')).toMatchObject({ code: 0 })
      await rotates(await started.opened())
      await started.stop()
      expect(await signs(await (await run()).opened())).toBe('transaction')
    })

    test('a counter that went back is refused', async () => {
      await setUpAlone()
      const putBack = await device.snapshot()
      await count()
      await putBack()
      const started = await run()
      expect(await started.status()).toMatchObject({ sealed: { code: 'counter-behind' } })
    })

    test('a TPM without a place for a counter is not taken, and keeps nothing of the try', async () => {
      settings = tpmSection(device)
      const indexes = Array.from({ length: 16 }, (_, at) => `0x${(0x0180_7a01 + at).toString(16)}`)
      for (const index of indexes) device.tool('nvdefine', index, '-C', 'o', '-s', '8')
      await expect(startWith(home, { settings, init: [] })).rejects.toThrow('no place')
      device.tool('nvundefine', indexes.at(-1)!, '-C', 'o')
      expect(await cli('init')).toMatchObject({ code: 0 })
      await count()
    })

    test('a copy of the folder together with one of the TPM is not noticed by it', async () => {
      await setUpAlone()
      copyHome()
      const putBack = await device.snapshot()
      await count()
      putCopyBack()
      await putBack()
      const started = await run()
      await started.opened()
      expect(await olderCopies()).toBe(0)
    })
  })
})
