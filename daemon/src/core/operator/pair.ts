import { bytesToHex as hex } from '@noble/hashes/utils.js'
import type { Event } from '../event.ts'
import { encodeLink, identityOf } from '../link.ts'
import type { Caller } from './caller.ts'
import { device } from './device-views.ts'
import { OperatorError } from './errors.ts'
import type { Inside } from './inside.ts'
import type { Paired } from './messages.ts'

/**
 * Invites one device, and stays until it came. A terminal that can show words stays until its wallet
 * is there, too.
 *
 * @throws {OperatorError} `over`: nobody came, or the tries are used up.
 */
export async function pair(inside: Inside, hasWords: boolean, caller: Caller): Promise<Paired> {
  const { parts, codes, reachedAt, screens } = inside
  const { secret, expiresAt } = codes.invite()
  const link = encodeLink({
    address: reachedAt,
    identityPk: identityOf(parts.root.identity),
    secret,
  })
  // Heard before it is shown: a device may be quick.
  const came = next(inside, caller, (event) => {
    if (event.type === 'paired') return hex(event.identityPk)
    if (event.type !== 'pairing-refused') return undefined
    caller.say({ event: 'wrong-try', left: event.left })
    return event.left === 0 ? '' : undefined
  })
  const detach = hasWords ? screens.attach(caller.confirm) : () => undefined
  try {
    caller.say({ event: 'link', link, until: new Date(expiresAt).toISOString() })
    const id = await came
    if (id === undefined || id === '')
      throw new OperatorError('over', id === '' ? 'three wrong tries' : 'nobody came')
    const paired = await device(inside, id)
    if (!paired) throw new Error('a device that paired is not there')
    caller.say({ event: 'paired', device: paired })
    if (!hasWords) return { device: id }
    const wallet = await nextWallet(inside, caller)
    return { device: id, ...(wallet !== undefined && { wallet }) }
  } finally {
    detach()
  }
}

/** Shows half a recovery phrase when a wallet is made next. */
export async function words(inside: Inside, caller: Caller): Promise<{ wallet?: string }> {
  const detach = inside.screens.attach(caller.confirm)
  try {
    const wallet = await nextWallet(inside, caller)
    return wallet === undefined ? {} : { wallet }
  } finally {
    detach()
  }
}

function nextWallet(inside: Inside, caller: Caller): Promise<string | undefined> {
  return next(inside, caller, (event) =>
    event.type === 'epoch' && event.state === 'active' ? hex(event.wallet) : undefined,
  )
}

/** The first event that means something; nothing once the caller hung up. */
function next<T>(
  { follow }: Inside,
  { gone }: Caller,
  pick: (event: Event) => T | undefined,
): Promise<T | undefined> {
  return new Promise((resolve) => {
    const stop = follow((event) => {
      const found = pick(event)
      if (found === undefined) return
      stop()
      resolve(found)
    })
    void gone.then(stop).then(() => resolve(undefined))
  })
}
