import pkcs11, { type PKCS11 } from 'pkcs11js'
import { inTurn } from '../../../core/log/in-turn.ts'
import { KeyWrapError } from '../../../ports/key-wrap.ts'

/** A PKCS#11 library in this process. It has one state for all who use it. */
export type Module = {
  readonly calls: PKCS11
  /** Goes up when the library was begun anew: sessions and handles from before are void. */
  readonly begun: () => number
  /** @throws {KeyWrapError} `gone` */
  begin(): void
  /** Forgets all it knows of tokens: some look at what is plugged in only when they begin. */
  end(): void
  /** One caller at a time: the library's operations are not to be mixed. */
  turn<T>(work: () => Promise<T>): Promise<T>
}

const loaded = new Map<string, Module>()

/** Loads a library once. @throws {KeyWrapError} `gone` there is none. */
export function moduleAt(path: string): Module {
  const known = loaded.get(path)
  if (known) return known
  const calls = new pkcs11.PKCS11()
  try {
    calls.load(path)
  } catch (cause) {
    throw new KeyWrapError('gone', `the PKCS#11 library ${path} cannot be loaded`, cause)
  }
  const module = moduleOf(calls)
  loaded.set(path, module)
  return module
}

function moduleOf(calls: PKCS11): Module {
  let count = 0
  let isBegun = false
  return {
    calls,
    begun: () => count,
    begin() {
      if (isBegun) return
      try {
        calls.C_Initialize({ flags: pkcs11.CKF_OS_LOCKING_OK })
      } catch (cause) {
        throw new KeyWrapError('gone', 'the PKCS#11 library does not begin', cause)
      }
      isBegun = true
      count++
    },
    end() {
      if (!isBegun) return
      isBegun = false
      try {
        calls.C_Finalize()
      } catch {
        // It ended by itself; begin() will say if it cannot come back.
      }
    },
    turn: inTurn(),
  }
}

/** The name of what a library answered, such as `CKR_PIN_INCORRECT`. */
export function answerOf(error: unknown): string {
  return error instanceof pkcs11.Pkcs11Error ? error.message : ''
}
