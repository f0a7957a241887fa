/**
 * The process that holds a PKCS#11 library. What a vendor's code does to it, the daemon survives.
 *
 * It talks over a pipe of its own: libraries write to standard output as they like.
 */
import { Socket } from 'node:net'
import type { Attempts } from '../../../ports/key-wrap-attempts.ts'
import { type KeyWrap, KeyWrapError } from '../../../ports/key-wrap.ts'
import { type Answer, type Call, READY, decodeCall, encodeAnswer } from './calls.ts'
import { sendFrame, takeFrames } from './frames.ts'

const PIPE = 3

/** The daemon limits the tries: it must count them before this process begins one. */
const unlimited: Attempts = { limited: (attempt) => attempt() }

let open: KeyWrap | undefined

async function answer(call: Call): Promise<Answer> {
  const { newTokenKey, pkcs11, tokens } = await library()
  switch (call.call) {
    case 'tokens':
      return { tokens: await tokens(call.module) }
    case 'make':
      return { key: await newTokenKey(call, call.pin, unlimited, call.cipher) }
    case 'open':
      open = await pkcs11(call.key, call.pin, unlimited)
      return {}
    case 'wrap':
      return { bytes: await opened().wrap(call.key, call.context) }
    case 'unwrap':
      return { bytes: await opened().unwrap(call.wrapped, call.context) }
  }
}

/** It is compiled when it is installed, and not everywhere it can be. */
async function library() {
  try {
    return await import('./pkcs11.ts')
  } catch (cause) {
    throw new KeyWrapError('gone', 'the package pkcs11js is not installed', cause)
  }
}

function opened(): KeyWrap {
  if (!open) throw new KeyWrapError('sealed', 'no key of the token is open')
  return open
}

async function hear(body: Uint8Array): Promise<void> {
  const { id, call } = decodeCall(body)
  body.fill(0)
  const found = await answered(call)
  sendFrame(pipe, encodeAnswer(id, found))
  found.bytes?.fill(0)
}

async function answered(call: Call): Promise<Answer> {
  try {
    return await answer(call)
  } catch (error) {
    if (!(error instanceof KeyWrapError)) throw error
    return { error: { code: error.code, message: error.message } }
  } finally {
    if ('pin' in call) call.pin.fill(0)
    if (call.call === 'wrap') call.key.fill(0)
  }
}

const pipe = new Socket({ fd: PIPE })
// The daemon is gone, however it went.
pipe.on('close', () => process.exit())
takeFrames(pipe, (body) => void hear(body))
await library().catch(() => undefined)
sendFrame(pipe, encodeAnswer(READY, {}))
