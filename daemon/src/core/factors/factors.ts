import type { Decision } from '../decision.ts'
import type { Factor } from '../policy/policy.ts'
import type { Codes } from './code.ts'
import type { Passkeys } from './passkeys.ts'
import type { Proof } from './proof.ts'

/** The second factors of a daemon. They are the person's who runs it, for every wallet and device. */
export type Factors = {
  readonly codes: Codes
  readonly passkeys: Passkeys
  /** What can be shown now. The operator always can. */
  enrolled(): Promise<readonly Factor[]>
  /** Uses a proof up, for one request that asks. @throws {ClientError} */
  check(asks: Decision, proof: Proof): Promise<Factor>
}

export function factors(codes: Codes, passkeys: Passkeys): Factors {
  return {
    codes,
    passkeys,
    async enrolled() {
      const found: Factor[] = []
      if (await codes.isEnrolled()) found.push('code')
      if ((await passkeys.list()).some(({ accepted }) => accepted)) found.push('passkey')
      return [...found, 'operator']
    },
    async check(asks, proof) {
      if (proof.kind === 'code') await codes.use(proof.code)
      else await passkeys.use(asks, proof)
      return proof.kind
    },
  }
}
