import { beforeAll, describe, expect, test } from 'vitest'
import { readyRistretto } from '../ristretto.ts'
import { ask, hasChromium } from './chromium.ts'
import type { Answers } from './extension/messages.ts'
import { type WalletLife, liveWallet } from './extension/wallet.ts'

describe.skipIf(!hasChromium)('in the service worker of an extension (needs chromium)', () => {
  let node: WalletLife
  let worker: Answers
  let withoutWasm: Pick<Answers, 'ready' | 'policy'>
  beforeAll(async () => {
    node = liveWallet((await readyRistretto()).group)
    worker = await ask({ wasm: true }, 'ready', 'noble', 'policy')
    withoutWasm = await ask({ wasm: false }, 'ready', 'policy')
  })

  test('a wallet is made and signs with libsodium and with noble, byte for byte as in Node', () => {
    expect(worker.ready.library).toBe('libsodium')
    expect(worker.ready.bytes).toEqual(node.bytes)
    expect(worker.noble.bytes).toEqual(node.bytes)
  })

  test('the policy is in force, and nothing but an attempt on purpose violates it', () => {
    expect(worker.policy).toEqual({
      Function: 'EvalError for eval',
      eval: 'EvalError for eval',
      WebAssembly: 'allowed',
      violations: ['eval', 'eval'],
    })
  })

  test('noble takes over where WebAssembly is refused, and the bytes are the same', () => {
    expect(withoutWasm.policy.WebAssembly).toBe('CompileError for wasm-eval')
    expect(withoutWasm.ready.library).toBe('noble')
    expect(withoutWasm.ready.bytes).toEqual(node.bytes)
    expect(withoutWasm.policy.violations).toEqual(['wasm-eval', 'eval', 'eval', 'wasm-eval'])
  })
})
