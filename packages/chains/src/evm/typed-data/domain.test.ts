import { describe, expect, test } from 'vitest'
import {
  contract,
  domain,
  document,
  ethersDigest,
  hex,
  read,
  refusal,
  typesOf,
} from '../../../test/typed-data/document.ts'

const withDomain = (changed: unknown, declared?: string) => {
  const types = { ...typesOf('Test(bool a)'), ...(declared === undefined ? {} : typesOf(declared)) }
  return document('bool a', { a: true }, { types, domain: changed })
}
const refused = (changed: unknown, declared?: string) =>
  refusal(() => read(withDomain(changed, declared)))

describe('a domain', () => {
  test('is hashed with the fields that it has, in the order of EIP-712', () => {
    const salt = `0x${'ab'.repeat(32)}`
    const all = { salt, verifyingContract: contract, chainId: 1, version: '2', name: 'N' }
    for (const name of Object.keys(all)) {
      const changed = { ...all, [name]: undefined }
      const json = withDomain(changed)
      expect(hex(read(json).digest)).toBe(ethersDigest(json))
    }
  })

  test('declared as it is derived, it has the same hash', () => {
    const declared =
      'EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)'
    expect(read(withDomain(domain, declared)).digest).toEqual(read(withDomain(domain)).digest)
  })

  test('another chain is refused', () => {
    for (const chainId of [2, '2', '0x2', 0, (1n << 255n).toString()])
      expect(refused({ ...domain, chainId })).toBe('wrong-chain domain.chainId')
  })

  test('another chain is refused, also where it is the salt', () => {
    const salted = (salt: bigint) => ({
      verifyingContract: contract,
      salt: `0x${salt.toString(16).padStart(64, '0')}`,
    })
    for (const chain of [2n, 137n, 2n ** 64n - 1n])
      expect(refused(salted(chain))).toBe('wrong-chain domain.salt')
    for (const salt of [0n, 1n, 2n ** 64n, 2n ** 256n - 1n])
      expect(() => read(withDomain(salted(salt)))).not.toThrow()
    // Beside the chain it is only a salt.
    expect(() => read(withDomain({ ...salted(137n), chainId: 1 }))).not.toThrow()
  })

  test('it may name no chain, and then shows none', () => {
    const { intents } = read(withDomain({ name: 'Test' }))
    expect(intents).toMatchObject([{ domain: [{ name: 'name', value: 'Test' }] }])
  })

  test('an empty domain is refused', () => {
    expect(refused({})).toBe('missing domain')
    expect(refused({}, 'EIP712Domain()')).toBe('missing domain')
  })

  test.for([
    'EIP712Domain()',
    'EIP712Domain(string name)',
    'EIP712Domain(string version,string name,uint256 chainId,address verifyingContract)',
    'EIP712Domain(string name,string version,uint64 chainId,address verifyingContract)',
    'EIP712Domain(string name,string version,uint256 chainId,address verifyingContract,bytes32 salt)',
    'EIP712Domain(string name,string version,uint256 chainId,address contract)',
  ])('a declared domain type that is not the domain’s is refused: %s', (declared) => {
    expect(refused(domain, declared)).toBe('not-valid types.EIP712Domain')
  })

  test('a field that no domain has, or of another kind, is refused', () => {
    expect(refused({ ...domain, extra: 1 })).toBe('not-valid domain')
    expect(refused({ ...domain, salt: null })).toBe('missing domain.salt')
    expect(refused({ ...domain, salt: '0x00' })).toBe('not-valid domain.salt')
    expect(refused({ ...domain, name: 1 })).toBe('not-valid domain.name')
    expect(refused({ ...domain, version: 1 })).toBe('not-valid domain.version')
    expect(refused({ ...domain, verifyingContract: 'cosmos' })).toBe(
      'not-valid domain.verifyingContract',
    )
    expect(refused({ ...domain, verifyingContract: contract.replace('Cc', 'cC') })).toBe(
      'checksum domain.verifyingContract',
    )
    expect(refused([])).toBe('not-valid domain')
    expect(refused(null)).toBe('not-valid domain')
  })
})
