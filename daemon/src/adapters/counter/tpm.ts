import { CounterError, type RollbackCounter } from '../../ports/rollback-counter.ts'
import { type RunTool, TPM_RC, type Tpm, TpmError } from '../../ports/tpm.ts'

/** The first of ours, among those that the owner of a machine may take. */
export const COUNTER_INDEX = 0x0180_7a01

/** TPM_NT_COUNTER: it can be incremented and nothing else. */
const COUNTER_TYPE = 1

/**
 * A counter in the TPM's own memory. Neither deleting it nor power cuts bring it back: a new one of the
 * same index goes on above the highest value that any had.
 *
 * A PKCS#11 token has none: what can be written there can be written again.
 */
export function tpmCounter(device: Tpm, index: number = COUNTER_INDEX): RollbackCounter {
  const name = nameOf(index)
  return {
    read: () => turn(device, (run) => read(run, name)),
    increment: () =>
      turn(device, async (run) => {
        await mustCount(run, name)
        await run('nvincrement', name)
        return value(run, name)
      }),
  }
}

/** Makes the counter; it has its first value. @throws {CounterError} `failed` there is one already. */
export function newTpmCounter(device: Tpm, index: number = COUNTER_INDEX): Promise<bigint> {
  const name = nameOf(index)
  return turn(device, async (run) => {
    const attributes = 'nt=counter|ownerread|ownerwrite|authread|authwrite|no_da'
    await run('nvdefine', '-Q', name, '-C', 'o', '-a', attributes)
    await run('nvincrement', name)
    return read(run, name)
  })
}

/** How many co-signers one TPM counts for: its memory is small. */
const PLACES = 16

/** Makes a counter in the first place that is free. @returns its index. @throws {CounterError} */
export async function placeTpmCounter(device: Tpm): Promise<number> {
  const listed = await turn(device, (run) => run('getcap', 'handles-nv-index'))
  const taken = new Set(
    new TextDecoder()
      .decode(listed)
      .match(/0x[0-9a-f]+/gi)
      ?.map(Number),
  )
  const places = Array.from({ length: PLACES }, (_, at) => COUNTER_INDEX + at)
  const index = places.find((one) => !taken.has(one))
  if (index === undefined) throw new CounterError('failed', 'the TPM has no place for a counter')
  await newTpmCounter(device, index)
  return index
}

async function read(run: RunTool, name: string): Promise<bigint> {
  await mustCount(run, name)
  return value(run, name)
}

async function mustCount(run: RunTool, name: string): Promise<void> {
  const text = new TextDecoder().decode(await run('nvreadpublic', name))
  const [, attributes = '0'] = /attributes:[^]*?value:\s*0x([0-9a-f]+)/i.exec(text) ?? []
  const type = (Number.parseInt(attributes, 16) >> 4) & 0xf
  // SECURITY: a plain index in the counter's place can be set to any value. Test: src/adapters/counter/tpm.test.ts "a plain index in the place of the counter is refused"
  if (type !== COUNTER_TYPE)
    throw new CounterError('unsafe', `what the TPM keeps at ${name} is no counter`)
}

async function value(run: RunTool, name: string): Promise<bigint> {
  const bytes = await run('nvread', name, '-s', '8')
  if (bytes.length !== 8) throw new CounterError('failed', `a counter of ${bytes.length} bytes`)
  return new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0)
}

function nameOf(index: number): string {
  return `0x${index.toString(16)}`
}

async function turn<T>(device: Tpm, work: (run: RunTool) => Promise<T>): Promise<T> {
  try {
    return await device.turn(work)
  } catch (error) {
    if (!(error instanceof TpmError)) throw error
    if (error.code === 'gone') throw new CounterError('gone', error.message, error)
    if (error.response === TPM_RC.handle)
      throw new CounterError('missing', 'the TPM has no counter of ours', error)
    if (error.response === TPM_RC.nvDefined)
      throw new CounterError('failed', 'the TPM has something in the place of the counter', error)
    throw new CounterError('failed', error.message, error)
  }
}
