import { bytesToHex } from '@noble/hashes/utils.js'
import type { Read } from '../context.ts'
import { address, array, bytes, fixedBytes, tuple, uint } from './abi.ts'
import { type Method, type Scope, batch, known, method } from './method.ts'
import { authority, isZero } from './token.ts'

/**
 * Who controls a contract and which code it runs: OpenZeppelin's Ownable, AccessControl, proxies
 * (EIP-1967, EIP-1822) and their admin, and diamonds (EIP-2535).
 */
export const control: readonly Method[] = [
  handsOver('transferOwnership', 'owner'),
  handsOver('changeAdmin', 'admin'),
  method('renounceOwnership', [], (_, call, { context }) =>
    known(authority(context, { address: call.to, authority: 'owner', from: call.from })),
  ),
  method('grantRole', [fixedBytes(32), address], ([role, to], call, { context }) =>
    known(authority(context, { address: call.to, authority: roleName(role), from: call.from, to })),
  ),
  ...['revokeRole', 'renounceRole'].map((name) =>
    method(name, [fixedBytes(32), address], ([role, from], call, { context }) =>
      known(authority(context, { address: call.to, authority: roleName(role), from })),
    ),
  ),

  method('upgradeTo', [address], ([implementation], call) =>
    known({ kind: 'upgrade', target: call.to, implementation }),
  ),
  method(
    'upgradeToAndCall',
    [address, bytes],
    ([implementation, data], { from, to, value }, scope) =>
      upgraded({ from, to, value, data }, implementation, scope),
    { payable: true },
  ),
  // ProxyAdmin: the proxy sees the admin as its caller.
  method('upgrade', [address, address], ([target, implementation]) =>
    known({ kind: 'upgrade', target, implementation }),
  ),
  method(
    'upgradeAndCall',
    [address, address, bytes],
    ([proxy, implementation, data], { to, value }, scope) =>
      upgraded({ from: to, to: proxy, value, data }, implementation, scope),
    { payable: true },
  ),
  method('changeProxyAdmin', [address, address], ([proxy, to], call, { context }) =>
    known(authority(context, { address: proxy, authority: 'admin', from: call.to, to })),
  ),

  method(
    'diamondCut',
    [array(tuple(address, uint(8), array(fixedBytes(4)))), address, bytes],
    ([cuts, init, data], call, scope) => {
      const target = call.to
      const steps = cuts.map(([facet]) =>
        known({
          kind: 'upgrade',
          target,
          ...(isZero(facet) ? {} : { implementation: facet }),
        }),
      )
      if (isZero(init)) return data.length > 0 ? undefined : batch(steps, { atomic: true })
      // It runs as the diamond, so what its function is called says nothing.
      const inner = scope.unread({ from: call.from, to: init, value: 0n, data })
      const run = known({ kind: 'upgrade', target, implementation: init, call: inner })
      return batch([...steps, run], { atomic: true })
    },
  ),
]

function handsOver(name: string, what: string): Method {
  return method(name, [address], ([to], call, { context }) =>
    known(authority(context, { address: call.to, authority: what, from: call.from, to })),
  )
}

/** A role is the hash of its name, and zero stands for who gives roles (AccessControl). */
function roleName(role: Uint8Array): string {
  return role.every((byte) => byte === 0) ? 'role admin' : `role 0x${bytesToHex(role)}`
}

/** The call reaches the proxy as it stands here, with the code that is to come. */
function upgraded(
  call: Parameters<Scope['read']>[0],
  implementation: string,
  scope: Scope,
): Read | undefined {
  const intent = { kind: 'upgrade', target: call.to, implementation } as const
  // Coins without a call are stuck or refused, as the version has it.
  if (call.data.length === 0) return call.value > 0n ? undefined : known(intent)
  const read = scope.read(call, scope.payer)
  return { intent: { ...intent, call: read.intent }, claims: read.claims }
}
