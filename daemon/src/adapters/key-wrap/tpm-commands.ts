/** The commands for a key of ours: where it hangs, what it is bound to, how it answers. */
import { type RunTool, TpmError } from '../../ports/tpm.ts'

/**
 * Made in this TPM, for this TPM.
 *
 * SECURITY: without `noda` three power cuts lock the shares away. Test: src/adapters/key-wrap/tpm.test.ts "three power cuts lock nobody out, with three failures allowed"
 */
const ATTRIBUTES = 'fixedtpm|fixedparent|sensitivedataorigin|noda'

/** The same key each time, from the TPM's own seed, until somebody clears it. */
export async function primary(run: RunTool): Promise<void> {
  const attributes = `${ATTRIBUTES}|restricted|decrypt|userwithauth`
  const kind = ['-g', 'sha256', '-G', 'ecc256:aes128cfb', '-a', attributes]
  await run('createprimary', '-Q', '-C', 'o', ...kind, '-c', 'primary.ctx')
}

/** Leaves `key.pub` and `key.priv`. */
export async function create(run: RunTool, pcrs: readonly number[]): Promise<void> {
  const policy =
    pcrs.length > 0 ? await policyOf(run, pcrs) : ['-a', `${ATTRIBUTES}|sign|userwithauth`]
  const place = ['-C', 'primary.ctx', '-u', 'key.pub', '-r', 'key.priv']
  await run('create', '-Q', ...place, '-g', 'sha256', '-G', 'hmac:sha256', ...policy)
}

/** Without `userwithauth` there is no other way to use the key than by its policy. */
async function policyOf(run: RunTool, pcrs: readonly number[]): Promise<string[]> {
  await run('startauthsession', '-S', 'trial.ctx', '-g', 'sha256')
  try {
    await run('policypcr', '-Q', '-S', 'trial.ctx', '-l', selection(pcrs), '-L', 'policy')
  } finally {
    await run('flushcontext', 'trial.ctx')
  }
  return ['-a', `${ATTRIBUTES}|sign`, '-L', 'policy']
}

/** Of the file `text`. The session is salted: its answer is encrypted on the way out of the chip. */
export async function hmac(run: RunTool, pcrs: readonly number[]): Promise<Uint8Array> {
  const kind = pcrs.length > 0 ? '--policy-session' : '--hmac-session'
  await run('startauthsession', kind, '--tpmkey-context', 'primary.ctx', '-S', 'session.ctx')
  let result: Uint8Array
  try {
    // SECURITY: who listens to the chip's wires hears what opens a share. Test: src/adapters/key-wrap/tpm.test.ts "says nothing on its bus that opens a data key"
    await run('sessionconfig', 'session.ctx', '--enable-encrypt', '--enable-decrypt')
    if (pcrs.length > 0) await run('policypcr', '-Q', '-S', 'session.ctx', '-l', selection(pcrs))
    result = await run('hmac', '-c', 'key.ctx', '-p', 'session:session.ctx', 'text')
  } catch (error) {
    if (error instanceof TpmError && error.code === 'refused') await endSession(run)
    throw error
  }
  await endSession(run)
  return result
}

async function endSession(run: RunTool): Promise<void> {
  await run('flushcontext', 'session.ctx')
}

function selection(pcrs: readonly number[]): string {
  return `sha256:${pcrs.join(',')}`
}
