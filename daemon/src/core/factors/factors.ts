import type { Decision } from '../decision.ts'
import { ClientError } from '../errors.ts'
import type { Factor } from '../policy/policy.ts'
import type { Codes } from './code.ts'
import type { Proof } from './proof.ts'

/** The second factors of a daemon. They are the person's who runs it, for every wallet and device. */
export type Factors = {
  readonly codes: Codes
  /** What can be shown now. The operator always can. */
  enrolled(): Promise<readonly Factor[]>
  /** Uses a proof up, for one request that asks. @throws {ClientError} */
  check(asks: Decision, proof: Proof): Promise<Factor>
}

export function factors(codes: Codes): Factors {
  return {
    codes,
    async enrolled() {
      return [...((await codes.isEnrolled()) ? (['code'] as const) : []), 'operator']
    },
    async check(_asks, proof) {
      switch (proof.kind) {
        case 'code':
          await codes.use(proof.code)
          return 'code'
        case 'passkey':
          throw new ClientError('wrong-factor', 'there is no passkey here')
      }
    },
  }
}
