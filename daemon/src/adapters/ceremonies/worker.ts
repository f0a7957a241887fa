/** The thread that computes ceremonies. It ends with the last of them, and its memory with it. */
import { parentPort } from 'node:worker_threads'
import { decodeShare, encodeShare, sodiumRistretto, wipe } from '@tandem/protocol'
import sodium from 'libsodium-wrappers-sumo'
import { wipeShare } from '../../core/wipe-share.ts'
import type { Computing } from '../../ports/ceremonies.ts'
import { type Answer, type Ask, type Call, type Done, faultOf, moving } from './calls.ts'
import { here } from './here.ts'

await sodium.ready
const ceremonies = here(sodiumRistretto(sodium))
const open = new Map<number, Computing>()

/** What is done, and the secrets in it, which move. */
type Result = { readonly done: Done; readonly secrets?: readonly Uint8Array<ArrayBuffer>[] }

async function answer(ceremony: number, ask: Ask): Promise<Result> {
  const computing = open.get(ceremony) ?? ceremonies.begin()
  open.set(ceremony, computing)
  switch (ask.what) {
    case 'G1': {
      const { identity, half, seed } = ask
      const share = ask.share && decodeShare(ask.share)
      try {
        const body = await computing.answerG1({ ...ask, share }, ask.body, seed)
        return { done: { what: 'G1', body } }
      } finally {
        wipe(identity, seed.key, half ?? new Uint8Array(), ask.share ?? new Uint8Array())
        if (share) wipeShare(share)
      }
    }
    case 'G3': {
      const { prepared, g4 } = await computing.answerG3(ask.body, ask.seed)
      const plain = encodeShare(prepared.share)
      const share = moving(plain)
      wipe(plain, ask.seed.key)
      wipeShare(prepared.share)
      const { sid, tau } = prepared
      return { done: { what: 'G3', share, sid, tau, g4 }, secrets: [share] }
    }
    case 'N1': {
      const { identity, seed } = ask
      const share = decodeShare(ask.share)
      try {
        const body = await computing.answerN1({ ...ask, share }, ask.body, seed)
        return { done: { what: 'N1', body } }
      } finally {
        wipe(identity, seed.key, ask.share)
        wipeShare(share)
      }
    }
    case 'N3': {
      const { sid, tau, setup, n4 } = await computing.answerN3(ask.body)
      const { otNo, asReceiver, asSender } = setup
      const secrets = [asReceiver.k0, asReceiver.k1, asSender.delta, asSender.k]
      const [k0, k1, delta, k] = [
        moving(asReceiver.k0),
        moving(asReceiver.k1),
        moving(asSender.delta),
        moving(asSender.k),
      ]
      wipe(...secrets)
      const moved = { otNo, asReceiver: { k0, k1 }, asSender: { delta, k } }
      return { done: { what: 'N3', sid, tau, setup: moved, n4 }, secrets: [k0, k1, delta, k] }
    }
    case 'drop':
      computing.drop()
      open.delete(ceremony)
      return { done: { what: 'drop' } }
  }
}

async function reply(call: number, ceremony: number, ask: Ask): Promise<void> {
  let message: Answer
  let secrets: Result['secrets'] = []
  try {
    const result = await answer(ceremony, ask)
    message = { call, done: result.done }
    secrets = result.secrets ?? []
  } catch (error) {
    message = { call, fault: faultOf(error) }
  }
  parentPort?.postMessage(
    message,
    secrets.map(({ buffer }) => buffer),
  )
}

parentPort?.on('message', ({ call, ceremony, ask }: Call) => void reply(call, ceremony, ask))
