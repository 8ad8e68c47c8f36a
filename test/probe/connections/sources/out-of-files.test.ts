import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { describeWith } from '../../../support/machine/requirements.ts'

const checkout = fileURLToPath(new URL('../../../..', import.meta.url))
const urlOf = (path: string): string => new URL(`../../../../src/${path}`, import.meta.url).href

/** Opens files until it may open no more, and tells what the source does then, and once it may again. */
const withoutFiles = `
  import { closeSync, openSync, statSync } from 'node:fs'
  import { once } from 'node:events'
  import { connect, createServer } from 'node:net'
  import { libraryCandidates, loadLibbpf } from '${urlOf('native/libbpf/library.ts')}'
  import { createFaults } from '${urlOf('log/faults.ts')}'
  import { createLogger } from '${urlOf('log/log.ts')}'
  import { EbpfSource } from '${urlOf('probe/connections/sources/ebpf/ebpf-source.ts')}'
  import { TcpTracer } from '${urlOf('probe/connections/sources/ebpf/tracer.ts')}'
  const { functions } = loadLibbpf(libraryCandidates(process.env, '${checkout}'))
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const accepted = once(server, 'connection')
  const client = connect(server.address().port, '127.0.0.1')
  await Promise.all([once(client, 'connect'), accepted])
  const faults = createFaults({
    nowMs: () => performance.now(),
    log: createLogger({ format: 'text', debug: false, write: () => {} }),
  })
  const source = new EbpfSource(
    new TcpTracer(functions, statSync('/proc/self/ns/pid').ino),
    {
      counters: { everyMs: [0, 0], budget: 1 },
      heldSockets: { everyMs: [60_000, 60_000], budget: 1 },
      heldSocketsAsked: { everyMs: [60_000, 60_000], budget: 1 },
    },
    faults.guardOf('connections'),
  )
  source.start({ apply: () => {}, reconcile: () => {}, waiting: () => {} })
  const look = () => {
    source.refresh()
    const { lost } = source.status().counters
    return { lost, reasons: faults.of('connections').map(({ reason }) => reason) }
  }
  const before = look()
  const files = []
  let error
  while (error === undefined) {
    try {
      files.push(openSync('/dev/null', 'r'))
    } catch (caught) {
      error = caught
    }
  }
  const meanwhile = look()
  for (const file of files) closeSync(file)
  const after = look()
  console.log(JSON.stringify({ before, code: error.code, meanwhile, after }))
  process.exit()`

describeWith(['root', 'ebpf'], 'the source by eBPF', () => {
  it('goes on where the probe may open no more files, says so, and recovers', async () => {
    const command = [
      '--pid',
      '--fork',
      '--mount-proc',
      'sh',
      '-c',
      'ulimit -n 256 && exec "$@"',
      'sh',
      process.execPath,
      '--input-type=module',
      '-e',
      withoutFiles,
    ]
    const { stdout } = await promisify(execFile)('unshare', command)
    const { before, code, meanwhile, after } = JSON.parse(stdout)
    expect(before).toEqual({ lost: 0, reasons: [] })
    expect(code).toBe('EMFILE')
    expect(meanwhile).toEqual({
      lost: 0,
      reasons: [
        expect.stringMatching(/walk over the counters of open sockets: .*cannot be started/),
        expect.stringMatching(/read how many events were recorded and missed.*EMFILE/),
      ],
    })
    expect(after).toEqual({ lost: 0, reasons: [] })
  })
})
