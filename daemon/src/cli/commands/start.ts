import { setFlagsFromString } from 'node:v8'
import { secretName } from '../../sealing.ts'
import { CliError } from '../cli-error.ts'
import type { Command, Desk } from '../command.ts'

export const start: Command = {
  name: 'start',
  group: 'Set up',
  summary: 'run the co-signer until it is stopped',
  usage: ['tandem start [--host ADDRESS] [--port NUMBER] [--chain CAIP-2]...'],
  help: `Listens for your devices, and on a socket in its folder for the other commands. It stays in the foreground; systemd/tandem.service runs it as a service.

The PIN or passphrase comes from a systemd credential named tandem-secret, from the file that sealing.secret_file names (mode 0600), or from you with tandem unseal. Until then it runs sealed: it answers, and signs nothing. It is never taken from the command line or the environment, where other programs could read it.`,
  options: {
    host: { type: 'string' },
    port: { type: 'string' },
    chain: { type: 'string', multiple: true },
  },
  optionHelp: [
    ['--host ADDRESS', 'where to listen, instead of listen.host'],
    ['--port NUMBER', 'instead of listen.port; 0 takes a free one'],
    ['--chain CAIP-2', 'a chain to sign for, instead of chains; may be repeated'],
  ],
  operands: [0, 0],
  run,
}

async function run(desk: Desk): Promise<void> {
  const { config, sealing } = desk.settings()
  const { folder } = config
  if (!sealing)
    throw new CliError('not-set-up', `${folder} holds no co-signer yet.`, 'Run: tandem init')
  // New objects get 1 MB and no more: a process that mostly waits keeps some 25 MB less, for a few
  // percent more work.
  setFlagsFromString('--semi-space-growth-factor=1')
  const out = await desk.outside()
  const { start: startDaemon } = await import('../../daemon.ts')
  const failed = Promise.withResolvers<never>()
  const running = await startDaemon(out, config, sealing, desk.credentials, failed.reject)
  const { version, sealed, open } = await running.status()
  const { paper } = desk
  if (desk.json) {
    paper.line(JSON.stringify({ version, folder, ...(open && { address: open.address }), sealed }))
  } else {
    paper.line(`Tandem ${version}, co-signer in ${folder}`)
    if (open) paper.line(`listening ${open.address}`)
    if (sealed) paper.line(`sealed: ${sealed.message}`)
    const name = secretName(sealing)
    if (sealed && name !== undefined) paper.line(`Run tandem unseal to give its ${name}.`)
  }
  const stopped = new Promise<void>((resolve) => {
    desk.stop.addEventListener('abort', () => resolve())
    if (desk.stop.aborted) resolve()
  })
  try {
    await Promise.race([stopped, failed.promise])
  } catch (error) {
    // SECURITY: nobody knows what a disk that failed holds: nothing is written or said any more, not even in order. Test: ../tests/daemon/disk.test.ts "ends the co-signer before anything leaves: error=EIO"
    setImmediate(() => process.exit())
    throw error
  }
  await running.close()
  if (!desk.json) paper.line('stopped')
}
