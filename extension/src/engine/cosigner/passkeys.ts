/** The passkeys that this browser offered to its co-signer: whether they count, its person decides. */
import { decodeRow, encodeRow, someBytes } from '@tandem/protocol'
import * as z from 'zod'
import type { Disk } from '../ports/disk.ts'

const PASSKEYS = 'passkeys'
const Passkey = z.strictObject({
  /** Of the offer, in hex. */
  id: z.string(),
  name: z.string(),
  state: z.enum(['waits', 'enrolled', 'refused']),
  credentialId: someBytes.optional(),
  /** While it waits: what is said again to hear how it stands. */
  offer: z
    .strictObject({ credentialId: someBytes, attestation: someBytes, clientData: someBytes })
    .optional(),
})
export type Passkey = z.infer<typeof Passkey>

const Row = z.strictObject({ passkeys: z.array(Passkey) })

export async function loadPasskeys(disk: Disk): Promise<readonly Passkey[]> {
  const row = await disk.get(PASSKEYS)
  return row ? decodeRow(Row, row).passkeys : []
}

/** A name as it travels: names have no spaces there. */
export const travelling = (name: string): string =>
  name.replaceAll(/[^!-~]+/g, '-').slice(0, 64) || 'passkey'

/** @returns them with this one, newest last; one that was refused is shown until the next offer. */
export async function keepPasskey(
  disk: Disk,
  before: readonly Passkey[],
  { offer, ...passkey }: Passkey,
): Promise<readonly Passkey[]> {
  const rest = before.filter(({ id, state }) => id !== passkey.id && state !== 'refused')
  const passkeys = [...rest, { ...passkey, ...(passkey.state === 'waits' && offer && { offer }) }]
  await disk.write([{ name: PASSKEYS, value: encodeRow(Row, { passkeys }) }])
  return passkeys
}
