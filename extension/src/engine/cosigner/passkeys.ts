/** The passkeys that this browser offered to its co-signer: whether they count, its person decides. */
import { decodeRow, encodeRow, someBytes } from '@tandem/protocol'
import * as z from 'zod'
import type { Disk } from '../ports/disk.ts'

const PASSKEYS = 'passkeys'
const Passkey = z.strictObject({
  /** Of the offer, in hex. */
  id: z.string(),
  name: z.string(),
  state: z.enum(['waits', 'enrolled', 'refused', 'removed']),
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

/** @returns them with this one, newest last; one that does not count is shown until the next offer. */
export async function keepPasskey(
  disk: Disk,
  before: readonly Passkey[],
  { offer, ...passkey }: Passkey,
): Promise<readonly Passkey[]> {
  const rest = before.filter(
    ({ id, state }) => id !== passkey.id && state !== 'refused' && state !== 'removed',
  )
  const passkeys = [...rest, { ...passkey, ...(passkey.state === 'waits' && offer && { offer }) }]
  await save(disk, passkeys)
  return passkeys
}

/**
 * What the co-signer says of them decides: one that it removed counts no more.
 *
 * @param counting of the offers, in hex.
 */
export async function comparedPasskeys(
  disk: Disk,
  before: readonly Passkey[],
  counting: ReadonlySet<string>,
): Promise<readonly Passkey[]> {
  const isStale = ({ id, state }: Passkey) =>
    counting.has(id) ? state === 'removed' : state === 'enrolled'
  if (!before.some(isStale)) return before
  const passkeys = before.map((one) =>
    isStale(one)
      ? ({ ...one, state: counting.has(one.id) ? 'enrolled' : 'removed' } as const)
      : one,
  )
  await save(disk, passkeys)
  return passkeys
}

async function save(disk: Disk, passkeys: readonly Passkey[]): Promise<void> {
  await disk.write([{ name: PASSKEYS, value: encodeRow(Row, { passkeys: [...passkeys] }) }])
}
