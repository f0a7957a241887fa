import { describe, expect, test } from 'vitest'
import {
  document,
  ethersDigest,
  hex,
  read,
  refusal,
  typesOf,
} from '../../../test/typed-data/document.ts'

/** EIP-712, "Example" (assets/eip-712/Example.js), with its digest. */
const etherMail = {
  types: typesOf(
    'EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)Person(string name,address wallet)Mail(Person from,Person to,string contents)',
  ),
  primaryType: 'Mail',
  domain: {
    name: 'Ether Mail',
    version: '1',
    chainId: 1,
    verifyingContract: '0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC',
  },
  message: {
    from: { name: 'Cow', wallet: '0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826' },
    to: { name: 'Bob', wallet: '0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB' },
    contents: 'Hello, Bob!',
  },
}

describe('a document', () => {
  test.for(['v3', 'v4'] as const)('of the standard has its published digest, as %s', (version) => {
    expect(hex(read(JSON.stringify(etherMail), version).digest)).toBe(
      '0xbe609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2',
    )
  })

  test.for(['A:B', 'A$B', '$'])(
    'a name with a colon or dollar sign is of one type that stands alone: %s',
    (name) => {
      const json = (text: string, message: object) =>
        JSON.stringify({ ...etherMail, types: typesOf(text), primaryType: name, message })
      const alone = json(`${name}(bool[] a)C(bool a)`, { a: [true] })
      expect(hex(read(alone).digest)).toBe(ethersDigest(alone))
      expect(refusal(() => read(json(`${name}(C a)C(bool b)`, { a: { b: true } })))).toBe(
        'unsupported types',
      )
    },
  )

  test('a name with a colon is not of the type before the colon', () => {
    const json = (other: string) =>
      JSON.stringify({
        ...etherMail,
        types: typesOf(`A:B(bool a)${other}(bool a)`),
        primaryType: 'A:B',
        message: { a: true },
      })
    expect(refusal(() => read(json('A')))).toBe('unsupported types')
    expect(() => read(json('B'))).not.toThrow()
  })

  test('with lists has its published digest, and is not of v3', () => {
    // MetaMask/eth-sig-util, its tests of signTypedData_v4.
    const types = typesOf(
      'Person(string name,address[] wallets)Mail(Person from,Person[] to,string contents)Group(string name,Person[] members)',
    )
    const [cow, bob] = [etherMail.message.from.wallet, etherMail.message.to.wallet]
    const message = {
      from: { name: 'Cow', wallets: [cow, '0xDeaDbeefdEAdbeefdEadbEEFdeadbeEFdEaDbeeF'] },
      to: [
        {
          name: 'Bob',
          wallets: [
            bob,
            '0xB0BdaBea57B0BDABeA57b0bdABEA57b0BDabEa57',
            '0xB0B0b0b0b0b0B000000000000000000000000000',
          ],
        },
      ],
      contents: 'Hello, Bob!',
    }
    const lists = JSON.stringify({ ...etherMail, types, message })
    expect(hex(read(lists).digest)).toBe(
      '0xa85c2e2b118698e88db68a8105b794a8cc7cec074e89ef991cb4f5f533819cc2',
    )
    expect(refusal(() => read(lists, 'v3'))).toBe('unsupported types')
  })

  test('its unused types do not enter the digest', () => {
    const types = { ...etherMail.types, Unused: [{ name: 'a', type: 'Mail[]' }] }
    const changed = JSON.stringify({ ...etherMail, types })
    expect(read(changed, 'v3').digest).toEqual(read(JSON.stringify(etherMail)).digest)
  })

  test('anything beside the four parts is refused', () => {
    expect(refusal(() => read(document('bool a', { a: true }, { extra: 1 })))).toBe(
      'not-valid typedData',
    )
  })

  test.for(['types', 'primaryType', 'domain', 'message'])('without %s it is refused', (part) => {
    expect(refusal(() => read(document('bool a', { a: true }, { [part]: undefined })))).toBe(
      `missing typedData.${part}`,
    )
  })

  test('the domain alone is not signed', () => {
    const { domain, types } = etherMail
    const alone = { types, domain, primaryType: 'EIP712Domain' }
    for (const message of [{}, domain])
      expect(refusal(() => read(JSON.stringify({ ...alone, message })))).toBe(
        'unsupported typedData.primaryType',
      )
  })

  test('its primary type is one that is defined', () => {
    expect(refusal(() => read(document('bool a', { a: true }, { primaryType: 'Mail' })))).toBe(
      'missing typedData.primaryType',
    )
    expect(refusal(() => read(document('bool a', { a: true }, { primaryType: 'bool' })))).toBe(
      'missing typedData.primaryType',
    )
    expect(refusal(() => read(document('bool a', { a: true }, { primaryType: 1 })))).toBe(
      'not-valid typedData.primaryType',
    )
  })

  test('v1, which has no domain, is refused', () => {
    const v1 = [{ type: 'string', name: 'Message', value: 'Hi, Alice!' }]
    expect(refusal(() => read(JSON.stringify(v1)))).toBe('unsupported typedData')
    expect(refusal(() => read('"0x00"'))).toBe('not-valid typedData')
  })

  test('the largest one is read', () => {
    const text = document('string a, uint256[] b', {
      a: '<>'.repeat(200_000),
      b: Array.from({ length: 50_000 }, (_, index) => index),
    })
    expect(text.length).toBeGreaterThan(600_000)
    expect(hex(read(text).digest)).toBe(ethersDigest(text))
  })
})
