import type { Account } from '@tandem/chains'
import { normalizePsbt, psbtPayload } from '@tandem/chains/bitcoin'
import { Transaction } from '@scure/btc-signer'
import { expect, test } from 'vitest'
import { daemon, regtest } from './daemon-in-process.ts'

/** A PSBT that spends one coin of the account, of which nothing is known but what it says. */
function spending(own: Account['addresses'][number], amount: bigint, fee: bigint): Uint8Array {
  const script = Uint8Array.from(Buffer.from(own.key, 'hex'))
  const transaction = new Transaction()
  transaction.addInput({
    txid: new Uint8Array(32).fill(1),
    index: 0,
    witnessUtxo: { script, amount },
  })
  transaction.addOutput({ script, amount: amount - fee })
  return psbtPayload(normalizePsbt(transaction.toPSBT(0)))
}

test('a coin that had another amount before is refused', async () => {
  const cosigner = await daemon()
  const device = await cosigner.connect()
  await device.makeWallet()
  const [own] = regtest.addresses(device.keyAt, 0, 1)
  const id = (value: number) => new Uint8Array(16).fill(value)

  expect(
    await device.ask(regtest, spending(own!, 10_000n, 500n), { requestId: id(1) }),
  ).toMatchObject({ decision: 'allow' })
  device.cancel(id(1))
  expect(
    await device.ask(regtest, spending(own!, 90_000n, 500n), { requestId: id(2) }),
  ).toMatchObject({ decision: 'deny', rule: 'amount-changed' })
  // The control: the amount that was seen first is fine again.
  expect(
    await device.ask(regtest, spending(own!, 10_000n, 600n), { requestId: id(3) }),
  ).toMatchObject({ decision: 'allow' })
})
