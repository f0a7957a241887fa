import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { network } from '@tandem/chains'
import { evm } from '@tandem/chains/evm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type BadLibrary, badLibrary, hasCompiler } from '../../daemon/test/bad-library.ts'
import { type SoftHsm, hasSoftHsm, startSoftHsm } from '../../daemon/test/softhsm.ts'
import { transfer } from '../../daemon/test/transfer.ts'
import { answer, invite } from './control.ts'
import { startWith } from './daemon.ts'
import { type SealedProcess, startSealed } from './sealed.ts'
import { PIN, tokenSection } from './sealings.ts'
import { type Kept, callAgain, pairDevice } from './test-device.ts'

const chain = evm(network('eip155:31337'))
const making = { proposal: { suites: [1] as const } }

describe.skipIf(!hasSoftHsm || !hasCompiler)(
  'a daemon and its token (needs SoftHSM2 and a C compiler)',
  () => {
    const home = mkdtempSync(join(tmpdir(), 'tandem-hsm-'))
    let hsm: SoftHsm
    let library: BadLibrary
    let settings: string
    let daemon: SealedProcess | undefined
    let kept: Kept
    let nonce = 0n
    const next = () => transfer(nonce++)

    beforeAll(async () => {
      hsm = startSoftHsm()
      hsm.addToken('tandem', PIN)
      library = badLibrary(hsm.module)
      settings = await tokenSection(library.path, home)
      const first = await startWith(home, { settings, init: [] })
      const device = await pairDevice(first.link)
      await device.makeWallet(making)
      ;({ kept } = device)
      await device.close()
      await first.stop()
      expect(hsm.objects()).toBe(1)
    })
    afterEach(async () => {
      await daemon?.stop()
      daemon = undefined
      // Whatever happened, it was never a reason for another key.
      expect(hsm.objects()).toBe(1)
    })
    afterAll(() => {
      library?.remove()
      hsm?.remove()
      rmSync(home, { recursive: true })
    })

    async function run(): Promise<SealedProcess> {
      daemon = await startSealed(home, { settings })
      return daemon
    }

    /** Alive, sealed, and not ready. */
    async function expectSealed({ get, status }: SealedProcess, code: string): Promise<void> {
      expect(await get('/healthz')).toEqual({ status: 200, body: '{"alive":true,"sealed":true}\n' })
      expect(await get('/readyz')).toMatchObject({ status: 503 })
      expect(await status()).toMatchObject({ sealed: { code } })
    }

    /** @returns the kind of what both have signed. */
    async function signs(address: string): Promise<string> {
      const device = await callAgain(address, kept)
      const { type } = await device.sign(chain, next())
      await device.close()
      ;({ kept } = device)
      return type
    }

    test('goes on without it: refuses what needs it, and signs once it is back', async () => {
      const { opened, get } = await run()
      const address = await opened()
      hsm.unplug()
      const device = await callAgain(address, kept)
      expect(await device.ask(chain, next())).toMatchObject({ decision: 'deny', rule: 'sealed' })
      await expect(answer(home, { command: 'factor-propose' })).rejects.toThrow('"sealed"')
      expect(await get('/healthz')).toMatchObject({ status: 200 })
      expect(await get('/readyz')).toMatchObject({ status: 503 })
      hsm.plugIn()
      expect((await device.sign(chain, next())).type).toBe('transaction')

      // From here on the share is open.
      hsm.unplug()
      expect((await device.sign(chain, next())).type).toBe('transaction')
      await device.close()
      ;({ kept } = device)
      const other = await invite(home)
      const second = await pairDevice(other.link)
      await expect(second.makeWallet(making)).rejects.toThrow('closed the connection')
      hsm.plugIn()
      const again = await callAgain(address, second.kept)
      await again.makeWallet(making)
      expect((await again.sign(chain, transfer(0n))).type).toBe('transaction')
      await again.close()
      other.hangUp()
    })

    test('starts sealed without it, and unseals itself once it is there', async () => {
      hsm.unplug()
      const started = await run()
      await expectSealed(started, 'gone')
      hsm.plugIn()
      expect(await signs(await started.opened())).toBe('transaction')
    })

    test('takes no other token of the same name', async () => {
      hsm.swap()
      hsm.addToken('tandem', PIN)
      const started = await run()
      await expectSealed(started, 'gone')
      expect((await started.status()).sealed?.message).toContain('is another one')
      expect(hsm.objects()).toBe(0)
      hsm.plugIn()
      expect(await signs(await started.opened())).toBe('transaction')
    })

    test('makes no key in the place of one that is not there, and takes it up when it is back', async () => {
      hsm.hideKeys()
      const started = await run()
      await expectSealed(started, 'key-missing')
      expect(hsm.objects()).toBe(0)
      hsm.showKeys()
      expect(await signs(await started.opened())).toBe('transaction')
    })

    test('lets nobody try all PINs, also across restarts', async () => {
      const secret = join(home, 'secret')
      writeFileSync(secret, '0000')
      const started = await run()
      await expectSealed(started, 'wrong-pin')
      const wrong = Buffer.from('0001')
      const unseal = { command: 'unseal', secret: wrong.length } as const
      const said: string[] = []
      while (!said.includes('locked'))
        said.push(
          await answer(home, unseal, wrong).then(
            () => 'opened',
            (error: Error) => (JSON.parse(error.message) as { error: string }).error,
          ),
        )
      expect(said.slice(0, -1)).toEqual(said.slice(0, -1).map(() => 'wrong-secret'))
      expect(said.length).toBeGreaterThanOrEqual(3)
      await started.stop()

      const counted = join(home, 'attempts')
      const { wrong: tries } = JSON.parse(readFileSync(counted, 'utf8')) as { wrong: number }
      expect(tries).toBe(said.length)
      writeFileSync(secret, PIN)
      // Ten wrong ones a moment ago: the next try is minutes away, with the right PIN too.
      writeFileSync(counted, JSON.stringify({ wrong: 10, at: Date.now() }))
      const again = await run()
      await expectSealed(again, 'locked')
      await again.stop()
      writeFileSync(counted, JSON.stringify({ wrong: 2, at: Date.now() }))
      expect(await signs(await (await run()).opened())).toBe('transaction')
    })

    test('answers while its library hangs, says so within seconds, and works again after', async () => {
      const { opened, get } = await run()
      const address = await opened()
      const device = await callAgain(address, kept)
      await device.close()
      library.behave('hang')
      const begun = performance.now()
      const order: string[] = []
      const ready = get('/readyz').then(({ status }) => order.push(`ready ${status}`))
      for (let asked = 0; asked < 3; asked++) order.push(`alive ${(await get('/healthz')).status}`)
      await ready
      expect(order).toEqual(['alive 200', 'alive 200', 'alive 200', 'ready 503'])
      expect(performance.now() - begun).toBeGreaterThan(3_900)
      library.behave()
      expect(await signs(address)).toBe('transaction')
    })

    test('survives a library that crashes, also at the start', async () => {
      library.behave('crash')
      const started = await run()
      await expectSealed(started, 'gone')
      expect((await started.status()).sealed?.message).toContain('SIGSEGV')
      library.behave()
      const device = await callAgain(await started.opened(), kept)
      library.behave('crash')
      expect(await started.get('/readyz')).toMatchObject({ status: 503 })
      library.behave()
      expect((await device.sign(chain, next())).type).toBe('transaction')
      await device.close()
      ;({ kept } = device)
    })
  },
)
