import { bytesToHex as hex } from '@noble/hashes/utils.js'
import { ClientError } from '../errors.ts'
import { identityOf } from '../link.ts'
import { approve, deny, overdue, pending, watch } from './approving.ts'
import type { Caller } from './caller.ts'
import { devices, revoke } from './device-views.ts'
import { entries } from './entries.ts'
import { OperatorError } from './errors.ts'
import { examine } from './examine.ts'
import type { Inside } from './inside.ts'
import type { Command, Status } from './messages.ts'
import { addNetwork, networkViews, removeNetwork } from './networks.ts'
import { pair, words } from './pair.ts'
import { explainPayload, explainRequest } from './policy-explain.ts'
import { cancelPolicy, comparePolicy, policyView, setPolicy } from './policy.ts'
import {
  acceptPasskey,
  confirmApp,
  keepApp,
  proposeApp,
  removeApp,
  removePasskey,
  secondFactors,
} from './second-factor.ts'
import { allowNew } from './rotating.ts'
import { verified } from './verified.ts'
import { wallets } from './wallet-views.ts'

/** Does what the person at this machine asks of an unsealed daemon. @throws {OperatorError} */
export async function operate(inside: Inside, command: Command, caller: Caller): Promise<unknown> {
  try {
    return await answer(inside, command, caller)
  } catch (error) {
    if (error instanceof ClientError) throw new OperatorError('refused', error.message)
    throw error
  }
}

async function answer(inside: Inside, command: Command, caller: Caller): Promise<unknown> {
  switch (command.command) {
    case 'status':
      return standing(inside)
    case 'unseal':
      throw new OperatorError('over', 'it is unsealed already')
    case 'pair':
      return pair(inside, command.words, caller)
    case 'words':
      return words(inside, caller)
    case 'devices':
      return devices(inside, command)
    case 'revoke':
      return revoke(inside, command.device)
    case 'wallets':
      return wallets(inside, command)
    case 'pending':
      return pending(inside, command)
    case 'watch':
      return watch(inside, caller)
    case 'approve':
      return approve(inside, command.request)
    case 'deny':
      return deny(inside, command.request)
    case 'log':
      return entries(inside.parts.store, command.from, command.limit)
    case 'factors':
      return secondFactors(inside)
    case 'factor-propose':
      return proposeApp(inside, command.code)
    case 'factor-confirm':
      return confirmApp(inside, command.code)
    case 'factor-remove':
      return removePasskey(inside, command.passkey)
    case 'app-remove':
      return removeApp(inside, command)
    case 'app-keep':
      return keepApp(inside)
    case 'factor-accept':
      return acceptPasskey(inside, command.passkey)
    case 'policy':
      return policyView(inside)
    case 'policy-compare':
      return comparePolicy(inside, command.text)
    case 'policy-set':
      return setPolicy(inside, command)
    case 'policy-cancel':
      return cancelPolicy(inside)
    case 'networks':
      return networkViews(inside)
    case 'network-add':
      return addNetwork(inside, command)
    case 'network-remove':
      return removeNetwork(inside, command)
    case 'explain':
      return explainRequest(inside, command.request)
    case 'explain-payload':
      return explainPayload(inside, command)
    case 'rotate':
      return allowNew(inside, command)
    case 'verify':
      return verified(inside.parts)
    case 'rebuild':
      return inside.parts.rebuildView()
    case 'backup':
      return inside.backups.make(caller.secret)
    case 'backup-kept':
      return inside.backups.keep(command.digest)
    case 'examine':
      return examine(inside)
  }
}

/** The part of a status that only an unsealed daemon knows. */
export async function standing(inside: Inside): Promise<NonNullable<Status['open']>> {
  const { parts, address } = inside
  const total = await parts.view.total()
  return {
    address,
    key: hex(identityOf(parts.root.identity)),
    devices: total.devices,
    wallets: total.wallets,
    pending: total.pending - (await overdue(inside)),
    entries: (await parts.store.head()).length,
  }
}
