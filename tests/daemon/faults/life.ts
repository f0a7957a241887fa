/** A daemon to which something happens again and again, and a device that goes on each time. */
import { join } from 'node:path'
import { drawHalf } from '@tandem/protocol'
import { loadLedger } from '../../../daemon/src/core/signing-rows.ts'
import { type Kept, type TestDevice, callAgain, pairDevice } from '../test-device.ts'
import { missingMarks } from './check.ts'
import { readingDisk } from './disk.ts'
import { type Journal, into, newJournal } from './journal.ts'
import { type Launched, launch } from './launch.ts'
import { type Request, chainOptions, requestsOf } from './requests.ts'
import { settle } from './settle.ts'
import { type Fault, arm, faultOf, killTraced } from './strace.ts'

const signatures = ['sign with ECDSA', 'sign with Taproot', 'sign with Ed25519'] as const

/** What is done while something happens to the daemon. */
export type Flow =
  | 'start'
  | 'pair'
  | 'wallet'
  | 'wallet with a phrase'
  | (typeof signatures)[number]
  | 'stop'

export type Life = {
  /** Goes on up to a fault that ends the daemon. @returns whether the fault ended it. */
  through(flow: Flow, fault: Fault): Promise<boolean>
  /** What should not be: nothing. */
  readonly wrong: readonly string[]
  /** Everything that was ever received. */
  readonly journals: readonly Journal[]
  end(): Promise<void>
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** @param home set up, and of this life alone. @param entry what Node runs. */
export function life(home: string, entry: readonly string[]): Life {
  const log = join(home, 'strace.log')
  const options = { options: chainOptions, entry }
  const wrong: string[] = []
  const journals: Journal[] = []
  let daemon: Launched | undefined
  let device: TestDevice | undefined
  let kept: Kept | undefined
  let number = 0
  /** The request and the ceremony that the last fault cut off. */
  let request: Request | undefined
  let isDecided = false
  let ceremony: Journal | undefined

  const newBook = (): Journal => {
    const book = newJournal()
    journals.push(book)
    return book
  }

  /** A daemon that runs, after what was cut off before has been brought to its end. */
  async function running(): Promise<Launched> {
    daemon ??= await launch(home, options)
    if (ceremony) wrong.push(...(await settle(daemon.address, ceremony)))
    ceremony = undefined
    return daemon
  }

  /** A device with a wallet that is connected. */
  async function ready(): Promise<TestDevice> {
    const { address, link } = await running()
    if (device) return device
    if (kept) {
      device = await callAgain(address, kept, into(newBook()))
      await device.audit()
      if (await finished(device)) return device
      await device.close()
    }
    device = await pairDevice(await link(), into(newBook()))
    await device.makeWallet()
    return device
  }

  /** The request that was cut off is signed now. @returns whether the wallet can be used on. */
  async function finished(own: TestDevice): Promise<boolean> {
    if (!request) return true
    const { chain, payload, requestId } = request
    if (isDecided) {
      const other = requestsOf(own, 1_000_000).find((one) => one.chain === chain)
      const { rule } = await own.ask(chain, other?.payload ?? payload, { requestId })
      if (rule !== 'conflict') wrong.push(`the id of one request stands for another: ${rule}`)
    }
    request = undefined
    try {
      await own.sign(chain, payload, { requestId })
      return true
    } catch (error) {
      // The second judgement that a crash hides ends an OT setup, as it should.
      if (!(await isBurned(own))) wrong.push(`a request is not signed: ${String(error)}`)
      return false
    }
  }

  const isBurned = (own: TestDevice): Promise<boolean> =>
    readingDisk(home, async ({ store }) => {
      const keyId = own.kept.share?.keys[0]?.keyId ?? new Uint8Array(32)
      const { pair } = await loadLedger(store, keyId, { epoch: 0, otNo: 0 })
      return pair.otState === 'BURNED'
    })

  /** @returns what to do under the fault; everything before it is done. */
  async function prepared(flow: Flow): Promise<() => Promise<unknown>> {
    switch (flow) {
      case 'pair': {
        const link = await (await running()).link()
        const book = newBook()
        return async () => {
          ceremony = book
          await (await pairDevice(link, into(book))).close()
        }
      }
      case 'wallet':
      case 'wallet with a phrase': {
        const words = flow === 'wallet' ? undefined : 'words'
        const link = await (await running()).link(words)
        const book = newBook()
        const other = await pairDevice(link, into(book))
        const half = drawHalf((_label, length) => new Uint8Array(length).fill(7))
        const making = words ? ({ backup: { kind: 'split' }, words: half } as const) : {}
        return async () => {
          ceremony = book
          await other.makeWallet(making)
          await other.close()
        }
      }
      case 'start':
      case 'stop': {
        await ready()
        const { stop } = await running()
        return stop
      }
      case 'sign with ECDSA':
      case 'sign with Taproot':
      case 'sign with Ed25519': {
        const own = await ready()
        const next = requestsOf(own, (number += 1))[signatures.indexOf(flow)]
        if (!next) throw new Error('a request of each kind')
        return async () => {
          request = next
          await own.sign(next.chain, next.payload, next)
          request = undefined
        }
      }
    }
  }

  async function through(flow: Flow, fault: Fault): Promise<boolean> {
    if (flow === 'start') return start(fault)
    const work = await prepared(flow)
    const { pid, ended } = await running()
    const armed = await arm(pid, log, fault)
    const problem = await work().then(
      () => undefined,
      (error: unknown) => String(error),
    )
    if (problem?.includes('closed') === true || flow === 'stop') await ended
    const isHit = await armed.disarm()
    const isOver = isHit || flow === 'stop'
    if (!isOver) {
      ceremony = undefined
      if (problem !== undefined) wrong.push(`${flow}: ${problem}`)
      return false
    }
    if (problem === undefined && flow !== 'stop' && fault.what !== 'signal=SIGKILL') {
      wrong.push(`${flow} goes on after ${fault.what} at ${fault.calls}`)
      return false
    }
    const { signal, code } = await ended
    await forget()
    if (flow === 'stop' && code === 0) return false
    const isExpected = fault.what === 'signal=SIGKILL' ? signal === 'SIGKILL' : code
    if (!isExpected) wrong.push(`during ${flow} it ended with ${code ?? signal}`)
    await check()
    return true
  }

  /** A start after a kill: a fault meets what repairs the fault before. */
  async function start(fault: Fault): Promise<boolean> {
    await daemon?.kill()
    await forget()
    try {
      daemon = await launch(home, { ...options, under: faultOf(fault, log) })
    } catch {
      await check()
      return true
    }
    killTraced(daemon.pid)
    await daemon.ended
    daemon = undefined
    return false
  }

  /** The daemon is gone; the device keeps what it has. */
  async function forget(): Promise<void> {
    if (device) kept = { ...device.kept, ...(device.ledger && { ledger: device.ledger }) }
    await device?.close()
    device = undefined
    daemon = undefined
  }

  async function check(): Promise<void> {
    const newest = journals.slice(-2)
    try {
      await readingDisk(home, async (disk) => {
        for (const book of newest) wrong.push(...(await missingMarks(disk, book)))
        const id = request && hex(request.requestId)
        isDecided = disk.events.some(
          (event) => event.type === 'decided' && hex(event.requestId) === id,
        )
      })
    } catch (error) {
      wrong.push(`the disk: ${String(error)}`)
    }
  }

  return {
    through,
    wrong,
    journals,
    async end() {
      await device?.close()
      await daemon?.kill()
    },
  }
}
