#!/usr/bin/env node
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { start } from '../main.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    home: { type: 'string', default: join(homedir(), '.local/share/tandem') },
    port: { type: 'string', default: '8765' },
    pair: { type: 'boolean', default: false },
    chain: { type: 'string', multiple: true, default: ['eip155:31337'] },
  },
})

if (positionals[0] !== 'start') {
  process.stdout.write('tandem start [--home folder] [--port number] [--chain CAIP-2] [--pair]\n')
  process.exitCode = 2
} else {
  const running = await start(
    {
      home: values.home,
      host: '127.0.0.1',
      port: Number(values.port),
      origins: [],
      chains: values.chain,
    },
    (error) => {
      process.stderr.write(
        `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
      )
      process.exit(70)
    },
  )
  process.stdout.write(`listening ${running.address}\n`)
  if (values.pair) process.stdout.write(`${running.invite()}\n`)
  const stop = () => {
    running.close().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}
