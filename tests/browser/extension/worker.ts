/** The service worker: runs wallets and tries its policy when the page asks for it. */
import { underPolicy, violations } from './policy.ts'
import { nobleRistretto } from '@tandem/protocol'
import { readyRistretto } from '../../ristretto.ts'
import type { Answers, Question, Runtime } from './messages.ts'
import { liveWallet } from './wallet.ts'

declare const chrome: { readonly runtime: Runtime }

const answers: { readonly [question in Question]: () => Promise<Answers[question]> } = {
  async ready() {
    const { library, group } = await readyRistretto()
    return { library, ...liveWallet(group) }
  },
  async noble() {
    return liveWallet(nobleRistretto)
  },
  async policy() {
    return {
      // oxlint-disable-next-line no-implied-eval -- it has to be refused
      Function: await underPolicy(() => new Function('return 1')),
      // oxlint-disable-next-line no-eval -- it has to be refused
      eval: await underPolicy(() => globalThis.eval('1')),
      WebAssembly: await underPolicy(async () => WebAssembly.compile(EMPTY_MODULE)),
      violations,
    }
  },
}

/** `\0asm`, version 1. */
const EMPTY_MODULE = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)

chrome.runtime.onMessage.addListener((question, _sender, respond) => {
  answers[question]().then(respond, (error: unknown) => respond({ failed: String(error) }))
  return true
})
