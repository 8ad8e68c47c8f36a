/** Opens a shell as a probe does, types what comes on standard input, and prints what is shown, or why there is none. */
import { readFileSync } from 'node:fs'
import { duplexPair } from 'node:stream'
import type { Chunk } from '../../../../src/channel/stream.ts'
import { RequestError } from '../../../../src/probe/channel/methods.ts'
import { createShellControl } from '../../../../src/probe/host/controls/shell-control.ts'
import { hostNode } from '../../../support/reports/reports.ts'

const [passwdPath = '/etc/passwd'] = process.argv.slice(2)
const { control } = createShellControl({
  procRoot: '/proc',
  uid: process.geteuid?.() ?? 0,
  passwdPath,
  onError: (error) => {
    throw error
  },
})
const node = hostNode('alpha')
try {
  const signal = new AbortController().signal
  const { opened, message } = await control.run({ nodeId: node.id, node, args: {}, signal })
  if (message !== undefined) process.stdout.write(`${message}\n`)
  const [far, near] = duplexPair({ objectMode: true })
  far.on('data', ({ lane, bytes }: Chunk) => lane === 'out' && process.stdout.write(bytes))
  const ended = opened?.attach(near)
  far.write({ lane: 'in', bytes: readFileSync(0) } satisfies Chunk)
  await ended
} catch (error) {
  if (!(error instanceof RequestError)) throw error
  process.stdout.write(`${error.code}: ${error.message}\n`)
}
