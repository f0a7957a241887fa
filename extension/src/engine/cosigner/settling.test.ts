import { COSIGNER, type ControlMessage, PROTOCOL } from '@tandem/protocol'
import { ed25519 } from '@noble/curves/ed25519.js'
import { expect, test } from 'vitest'
import { fresh } from '../../../../tests/extension/browser.ts'
import { settle } from './settling.ts'
import type { Talk } from './talk.ts'

const identity = fresh(32)
const identityPk = ed25519.getPublicKey(fresh(32))
const peer = { identity, cosigner: { id: COSIGNER, identityPk, noisePk: fresh(32) } }
const name = { epoch: 0, sid: fresh(32), tau: fresh(32) }

function met(wallet: object) {
  const said: ControlMessage[] = []
  const talk: Pick<Talk, 'say'> = { say: (message) => said.push(message) }
  const hello: Parameters<typeof settle>[3] = {
    type: 'hello',
    app: '0.0.0',
    protocol: PROTOCOL,
    decoders: fresh(32),
    wallets: [{ keyId: fresh(32), ...wallet }],
  }
  // oxlint-disable-next-line no-unsafe-type-assertion
  return { said, settled: settle(talk as Talk, peer, undefined, hello) }
}

test('a wallet that only the co-signer has is not made anew', async () => {
  await expect(met({ active: name }).settled).rejects.toMatchObject({ code: 'lost' })
})

test('a wallet that was never finished is called off, so that another one can be made', async () => {
  const { said, settled } = met({ prepared: name })
  expect(await settled).toMatchObject({ wallet: undefined })
  expect(said).toMatchObject([{ type: 'dkg-abort', sid: name.sid }])
})
