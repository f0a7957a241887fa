import {
  COSIGNER,
  DEVICE,
  DecodeError,
  type Header,
  H,
  ProtocolAbort,
  type Standing,
  headerOf,
  nextOtNo,
  reOtContext,
  withOtSetup,
} from '@tandem/protocol'
import { CeremonyError, type Computing } from '../ports/ceremonies.ts'
import { ClientError } from './errors.ts'
import { refuse } from './limits/refuse.ts'
import type { Parts } from './parts.ts'
import { freshRow, mayReOt, pairRekey } from './re-ot-consent.ts'
import { type Said, controlOf } from './say.ts'
import { logOf } from './signing.ts'
import { applyMarks, ledgerRows, loadLedger } from './signing-rows.ts'
import { seedOf } from './seed-of.ts'
import { standingOf } from './standing.ts'
import { type Patience, stepDeadline } from './step-deadline.ts'
import { type WalletRecord, loadShare, shareRow, wipeShare } from './wallet-record.ts'
import type { Wallets } from './wallets.ts'

/** A fresh OT setup for a wallet whose setup is burned, or that the device does not have. */
export type ReOt = {
  /** @returns what to say, in order. */
  hear(header: Header, body: Uint8Array): Promise<Said[]>
  /** The connection is over: what was in memory is wiped. */
  drop(): void
}

/**
 * @param record of the wallet, as it is when the device asks.
 * @param theirs where the device said that it stands.
 * @param made the wallet has its new setup.
 */
export function openReOt(
  parts: Parts,
  registry: Wallets,
  { wallet, device }: WalletRecord,
  theirs: Standing,
  patience: Patience,
  made: (otNo: number) => Promise<void>,
): ReOt {
  let computing: Computing | undefined
  let about = { epoch: 0, otNo: 0 }
  const deadline = stepDeadline(patience, () => {
    drop()
    return pairRekey(parts, wallet, about)
  })

  const say = (type: Header['type'], { epoch, attempt }: Header, body: Uint8Array): Said => ({
    header: headerOf(type, COSIGNER, DEVICE, { epoch, attempt, keyId: wallet }),
    body,
  })

  async function begin(record: WalletRecord, header: Header, body: Uint8Array): Promise<Said[]> {
    const { epoch, attempt: otNo } = header
    const { active, prepared } = record
    // Both count on from what they told each other.
    if (
      !active ||
      prepared ||
      active.epoch !== epoch ||
      otNo !== nextOtNo(standingOf(record), theirs)
    )
      throw new ClientError('mismatch', 'another OT setup comes next')
    if (!(await mayReOt(parts, record)))
      return [controlOf(await pairRekey(parts, wallet, { epoch, otNo }))]
    const share = await shareOf(epoch)
    try {
      const bind = H('hedge', reOtContext({ share, peer: DEVICE, otNo }), body)
      const next = parts.ceremonies.begin()
      drop()
      computing = next
      about = { epoch, otNo }
      const input = { share, otNo, identity: parts.root.identity }
      const n2 = await next.answerN1(input, body, seedOf(parts, bind))
      deadline.await('N3')
      return [say('N2', header, n2)]
    } catch (error) {
      drop()
      throw error
    } finally {
      wipeShare(share)
    }
  }

  async function finish(header: Header, body: Uint8Array): Promise<Said[]> {
    const held = computing
    if (!held) return []
    deadline.stop()
    computing = undefined
    const { setup, sid, tau, n4 } = await held.answerN3(body).finally(() => held.drop())
    await registry.change(device, wallet, async (record) => {
      if (record?.active?.epoch !== header.epoch || record.prepared)
        throw new ClientError('busy', 'the keys of this wallet are changing')
      await registry.close(wallet)
      const old = await shareOf(header.epoch)
      const share = withOtSetup(old, DEVICE, setup)
      const { otNo } = setup
      const mark = { type: 'rekeyed', epoch: header.epoch, otNo } as const
      const ledger = await loadLedger(parts.store, wallet, { epoch: header.epoch, otNo })
      const rows = [
        ...ledgerRows(wallet, applyMarks(ledger, [mark]), [mark]),
        await shareRow(parts.keys, parts.entropy, wallet, share),
        freshRow(wallet),
      ]
      wipeShare(old)
      wipeShare(share)
      const { reOt: _used, ...allowed } = record.allowed ?? {}
      const at = parts.now()
      return {
        record: { ...record, ot: { epoch: otNo, sid, tau, cert: n4 }, allowed },
        rows,
        events: [
          logOf(wallet, mark, at),
          { type: 're-ot', at: at.getTime(), wallet, epoch: header.epoch, otNo },
        ],
      }
    })
    await made(setup.otNo)
    return [say('N4', header, n4)]
  }

  async function shareOf(epoch: number) {
    const share = await loadShare(parts.keys, parts.store, wallet, epoch)
    if (!share) throw new Error('an active wallet without its share')
    return share
  }

  function drop(): void {
    deadline.stop()
    computing?.drop()
    computing = undefined
  }

  async function answer(header: Header, body: Uint8Array): Promise<Said[]> {
    if (header.type === 'N3') return finish(header, body)
    if (header.type !== 'N1') return []
    let record: WalletRecord | undefined
    await registry.change(device, wallet, async (now) => {
      record = now
      return undefined
    })
    return record ? begin(record, header, body) : []
  }

  return {
    async hear(header, body) {
      try {
        return await answer(header, body)
      } catch (error) {
        const isTheirs = error instanceof ProtocolAbort || error instanceof DecodeError
        if (!isTheirs && !(error instanceof CeremonyError)) throw error
        drop()
        const code = isTheirs ? 'bad-message' : 'busy'
        await refuse(parts, device, { code, message: error.message })
        // As after a time that is over, whichever check it was: a setup is still to be made.
        return [controlOf(await pairRekey(parts, wallet, about))]
      }
    },
    drop,
  }
}

/** Our certificate of the setup that is in use, for a device that did not get it. */
export function certOf({ wallet, active, ot }: WalletRecord): Said | undefined {
  if (!active || !ot) return undefined
  const about = { epoch: active.epoch, attempt: ot.epoch, keyId: wallet }
  return { header: headerOf('N4', COSIGNER, DEVICE, about), body: ot.cert }
}
