/** What the co-signer said and is kept: its policy, who shares its wallets, and what became of passkeys. */
import type { ControlMessage } from '@tandem/protocol'
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import type { InspectedView, PasskeyView, PolicyView } from '../../messages/cosigner.ts'
import type { Box } from '../ports/box.ts'
import type { Disk } from '../ports/disk.ts'
import { inspectedOf, inspectedRow, inspectedView } from './inspected.ts'
import { comparedPasskeys, keepPasskey, loadPasskeys, travelling } from './passkeys.ts'
import { heardPolicy, lookedAt, policyRow, policyView } from './policy.ts'
import type { Control } from './talk.ts'

type Offer = Omit<Control<'enrol'>, 'type'>

export type Notes = {
  heard(message: ControlMessage, now: number): Promise<void>
  policy(): PolicyView | undefined
  /** The person has looked at the policy as it is now. */
  seenPolicy(): Promise<void>
  /** @param me this browser, in hex. */
  inspected(me: string | undefined): InspectedView | undefined
  passkeys(): readonly PasskeyView[]
  /** Those of which the co-signer's person has not decided yet, as far as is known here. */
  openOffers(): readonly Offer[]
  offered(offer: Offer, state: PasskeyView['state']): Promise<void>
}

export async function openNotes(disk: Disk, box: Box): Promise<Notes> {
  let policy = await policyRow.load(disk, box)
  let inspected = await inspectedRow.load(disk, box)
  let passkeys = await loadPasskeys(disk)

  return {
    async heard(message, now) {
      if (message.type === 'policy') {
        policy = heardPolicy(policy, message)
        await policyRow.save(disk, box, policy)
      }
      if (message.type === 'inspection') {
        inspected = inspectedOf(message, now)
        await inspectedRow.save(disk, box, inspected)
        const counting = new Set(message.passkeys.map(bytesToHex))
        passkeys = await comparedPasskeys(disk, passkeys, counting)
      }
      if (message.type === 'enrolment') {
        const id = bytesToHex(message.requestId)
        const known = passkeys.find((one) => one.id === id)
        if (known && known.state !== message.state)
          passkeys = await keepPasskey(disk, passkeys, { ...known, state: message.state })
      }
    },

    policy: () => policy && policyView(policy),

    async seenPolicy() {
      if (!policy) return
      policy = lookedAt(policy)
      await policyRow.save(disk, box, policy)
    },

    inspected: (me) => inspected && inspectedView(inspected, me),

    passkeys: () =>
      passkeys.map(({ id, name, state, credentialId }) => ({
        id,
        name,
        state,
        ...(credentialId && { credentialId }),
      })),

    openOffers: () =>
      passkeys.flatMap(({ id, name, offer }) =>
        offer ? [{ requestId: hexToBytes(id), name: travelling(name), ...offer }] : [],
      ),

    async offered({ requestId, name, ...offer }, state) {
      const { credentialId } = offer
      const passkey = { id: bytesToHex(requestId), name, state, credentialId, offer }
      passkeys = await keepPasskey(disk, passkeys, passkey)
    },
  }
}
