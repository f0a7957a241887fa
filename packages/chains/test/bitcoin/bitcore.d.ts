/** The part of bitcore-lib 11 that the tests use; the package has no types of its own. */
declare module 'bitcore-lib' {
  class Script {
    constructor(bytes: Buffer)
    static empty(): Script
  }

  class Output {
    constructor(output: { satoshis: number; script: Buffer })
    readonly satoshis: number
    readonly script: Script
  }

  class Input {
    readonly prevTxId: Buffer
    readonly outputIndex: number
    readonly sequenceNumber: number
    readonly script: Script
    output: Output | undefined
    getWitnesses(): Buffer[]
  }

  class Transaction {
    constructor(bytes: Buffer)
    readonly id: string
    readonly inputs: Input[]
    readonly outputs: Output[]
    readonly nLockTime: number
    readonly version: number
    toBuffer(): Buffer
    /** What Bitcoin Core's CheckTransaction finds; `true` is nothing. */
    verify(): true | string

    static readonly Sighash: {
      /** In the order of its bytes as a number's, so reversed. */
      sighash(transaction: Transaction, type: number, input: number, script: Script): Buffer
    }
    static readonly SighashWitness: {
      sighash(
        transaction: Transaction,
        type: number,
        input: number,
        scriptCode: Buffer,
        amount: Buffer,
      ): Buffer
    }
    static readonly SighashSchnorr: {
      /** `false`: the type is not valid here. */
      sighash(
        transaction: Transaction,
        type: number,
        input: number,
        version: number,
      ): Buffer | false
    }
  }

  class Interpreter {
    readonly errstr: string
    verify(
      scriptSig: Script,
      scriptPubkey: Script,
      transaction: Transaction,
      input: number,
      flags: number,
      witness: Buffer[],
      satoshis: number,
    ): boolean

    static readonly SCRIPT_VERIFY_P2SH: number
    static readonly SCRIPT_VERIFY_STRICTENC: number
    static readonly SCRIPT_VERIFY_DERSIG: number
    static readonly SCRIPT_VERIFY_LOW_S: number
    static readonly SCRIPT_VERIFY_NULLDUMMY: number
    static readonly SCRIPT_VERIFY_MINIMALDATA: number
    static readonly SCRIPT_VERIFY_CHECKLOCKTIMEVERIFY: number
    static readonly SCRIPT_VERIFY_CHECKSEQUENCEVERIFY: number
    static readonly SCRIPT_VERIFY_WITNESS: number
    static readonly SCRIPT_VERIFY_NULLFAIL: number
    static readonly SCRIPT_VERIFY_WITNESS_PUBKEYTYPE: number
    static readonly SCRIPT_VERIFY_TAPROOT: number
  }

  const bitcore: {
    readonly Script: typeof Script & { readonly Interpreter: typeof Interpreter }
    readonly Transaction: typeof Transaction & { readonly Output: typeof Output }
  }
  export type { Transaction }
  export default bitcore
}
