import * as fc from 'fast-check'
import type { Intent } from '../../intent.ts'
import { anyAddress, anyBytes, anyUint, contract, self, zero } from './calls.fixture.ts'
import { control } from './control.ts'
import { readCall } from './read-call.ts'
import { context } from './calls.fixture.ts'
import { all, checkRows, fromHex, innerData, opaque, row } from './rows.fixture.ts'
import { authority } from './safe.fixture.ts'

/** An upgrade, and what `from` makes the proxy do at once. */
function upgraded(target: string, implementation: string, data: string, from: string) {
  const intent = { kind: 'upgrade', target, implementation } as const
  if (data === '0x') return intent
  const inner = readCall({ from, to: target, value: 0n, data: fromHex(data) }, context())
  return { intent: { ...intent, call: inner.intent }, claims: inner.claims }
}

const role = fc.oneof(anyBytes(32), fc.constant(`0x${'00'.repeat(32)}`))
const nameOf = (given: string): string => (/^0x0+$/.test(given) ? 'role admin' : `role ${given}`)

checkRows(control, [
  ...(
    [
      ['transferOwnership', 'owner'],
      ['changeAdmin', 'admin'],
    ] as const
  ).map(([name, what]) =>
    row({
      signature: `${name}(address)`,
      args: fc.tuple(anyAddress),
      means: ([to]) => authority(what, self, to),
    }),
  ),
  row({
    signature: 'renounceOwnership()',
    args: fc.constant([]),
    means: () => authority('owner', self, zero),
  }),
  row({
    signature: 'grantRole(bytes32,address)',
    args: fc.tuple(role, anyAddress),
    means: ([what, to]) => authority(nameOf(what), self, to),
  }),
  ...['revokeRole', 'renounceRole'].map((name) =>
    row({
      signature: `${name}(bytes32,address)`,
      args: fc.tuple(role, anyAddress),
      means: ([what, from]) => authority(nameOf(what), from, zero),
    }),
  ),
  row({
    signature: 'upgradeTo(address)',
    args: fc.tuple(anyAddress),
    means: ([implementation]) => ({ kind: 'upgrade', target: contract, implementation }),
  }),
  row({
    signature: 'upgradeToAndCall(address,bytes)',
    args: fc.tuple(anyAddress, innerData),
    means: ([implementation, data]) => upgraded(contract, implementation, data, self),
  }),
  row({
    signature: 'upgradeToAndCall(address,bytes)',
    note: 'with coins',
    outer: { value: 7n },
    args: fc.tuple(anyAddress, anyBytes(0, 10)),
    means: ([implementation, data]) => {
      if (data === '0x') return undefined
      const call = opaque(contract, 7n, fromHex(data))
      return { kind: 'upgrade', target: contract, implementation, call }
    },
  }),
  row({
    signature: 'upgrade(address,address)',
    args: fc.tuple(anyAddress, anyAddress),
    means: ([target, implementation]) => ({ kind: 'upgrade', target, implementation }),
  }),
  row({
    signature: 'upgradeAndCall(address,address,bytes)',
    args: fc.tuple(anyAddress, anyAddress, innerData),
    means: ([target, implementation, data]) => upgraded(target, implementation, data, contract),
  }),
  row({
    signature: 'changeProxyAdmin(address,address)',
    args: fc.tuple(anyAddress, anyAddress),
    means: ([address, to]) => Object.assign(authority('admin', contract, to), { address }),
  }),
  row({
    signature: 'diamondCut((address,uint8,bytes4[])[],address,bytes)',
    args: fc.tuple(
      fc.array(fc.tuple(anyAddress, anyUint(8), fc.array(anyBytes(4), { maxLength: 3 })), {
        maxLength: 2,
      }),
      anyAddress,
      innerData,
    ),
    means: ([cuts, init, data]) => {
      const target = contract
      const changes = cuts.map(([facet]): Intent => {
        const implementation = facet === zero ? {} : { implementation: facet }
        return { kind: 'upgrade', target, ...implementation }
      })
      if (init === zero) return data === '0x' ? all(changes) : undefined
      const call = opaque(init, 0n, fromHex(data))
      return all([...changes, { kind: 'upgrade', target, implementation: init, call }])
    },
  }),
])
