import { COSIGNER, H, signAck, NO_EPOCHS } from '@tandem/protocol'
import { ed25519 } from '@noble/curves/ed25519.js'
import { expect, test } from 'vitest'
import { fresh } from '../../../../tests/extension/browser.ts'
import { heardOf } from './making.ts'

const secret = fresh(32)
const cosigner = { id: COSIGNER, identityPk: ed25519.getPublicKey(secret), noisePk: fresh(32) }
const active = { epoch: 1, sid: fresh(32), tau: H('dkg-transcript', fresh(32)), value: undefined }
const said = (by: Uint8Array, tau = active.tau) => ({
  type: 'dkg-ack' as const,
  from: COSIGNER,
  ...signAck({ ...NO_EPOCHS, active: { ...active, tau } }, COSIGNER, (message) =>
    ed25519.sign(message, by),
  ),
})

function heard(ack: ReturnType<typeof said>): Promise<void> {
  // oxlint-disable-next-line no-unsafe-type-assertion
  const talk = { hear: async () => ack } as unknown as Parameters<typeof heardOf>[0]
  // oxlint-disable-next-line no-unsafe-type-assertion
  return heardOf(talk, cosigner, { active } as unknown as Parameters<typeof heardOf>[2])
}

test('an acknowledgement that the co-signer did not sign erases nothing', async () => {
  await expect(heard(said(secret))).resolves.toBeUndefined()
  await expect(heard(said(fresh(32)))).rejects.toMatchObject({ code: 'CERT' })
  await expect(heard(said(secret, fresh(32)))).rejects.toMatchObject({ code: 'misbehaved' })
})
