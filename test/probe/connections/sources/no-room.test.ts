import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { describeWith } from '../../../support/machine/requirements.ts'

const checkout = fileURLToPath(new URL('../../../..', import.meta.url))
const urlOf = (path: string): string => new URL(`../../../../src/${path}`, import.meta.url).href

/** Has more connections than the map has room for, looks often, and tells what the source does about it. */
const moreThanRoom = `
  import { once } from 'node:events'
  import { statSync } from 'node:fs'
  import { connect, createServer } from 'node:net'
  import { setTimeout as sleep } from 'node:timers/promises'
  import { libraryCandidates, loadLibbpf } from '${urlOf('native/libbpf/library.ts')}'
  import { EbpfSource } from '${urlOf('probe/connections/sources/ebpf/ebpf-source.ts')}'
  import { TcpTracer } from '${urlOf('probe/connections/sources/ebpf/tracer.ts')}'
  const { functions } = loadLibbpf(libraryCandidates(process.env, '${checkout}'))
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const open = async (count) => {
    for (let i = 0; i < count; i++) {
      const accepted = once(server, 'connection')
      await Promise.all([once(connect(server.address().port, '127.0.0.1'), 'connect'), accepted])
    }
  }
  const follow = (askedMs) => {
    const tracer = new TcpTracer(functions, statSync('/proc/self/ns/pid').ino, { stateEntries: 16 })
    const source = new EbpfSource(tracer, {
      counters: { everyMs: [0, 0], budget: 1 },
      heldSockets: { everyMs: [60_000, 60_000], budget: 1 },
      heldSocketsAsked: { everyMs: [askedMs, askedMs], budget: 1 },
    })
    let walks = 0
    let found = 0
    source.start({
      apply: () => {},
      reconcile: (sockets) => {
        walks += 1
        found = sockets.filter(({ kind, remotePort }) => kind === 'held' && remotePort === server.address().port).length
      },
      waiting: () => {},
    })
    const look = async () => {
      for (let i = 0; i < 20; i++) {
        source.refresh()
        await sleep(10)
      }
      const { state, counters } = source.status()
      return { repairs: counters.repairs, walks, found, state }
    }
    return { source, look }
  }
  await open(40)
  const { source, look } = follow(0)
  const nothingNew = await look()
  await open(10)
  const afterNewOnes = await look()
  source.stop()
  const later = follow(60_000)
  await open(10)
  const tooSoon = await later.look()
  later.source.stop()
  console.log(JSON.stringify({ nothingNew, afterNewOnes, tooSoon }))
  process.exit()`

describeWith(['root', 'ebpf'], 'the source by eBPF', () => {
  it('walks once for the sockets that its map has no room for, and not again before others come', async () => {
    // Of its own, since whatever else opens a connection on the machine is one more.
    const command = [
      '--pid',
      '--fork',
      '--mount-proc',
      process.execPath,
      '--input-type=module',
      '-e',
      moreThanRoom,
    ]
    const { stdout } = await promisify(execFile)('unshare', command)
    const { nothingNew, afterNewOnes, tooSoon } = JSON.parse(stdout)
    expect(nothingNew).toEqual({ repairs: 0, walks: 1, found: 40, state: 'degraded' })
    expect(afterNewOnes).toEqual({ repairs: 1, walks: 2, found: 50, state: 'degraded' })
    // The walk at the start was less than a minute ago.
    expect(tooSoon).toEqual({ repairs: 0, walks: 1, found: 50, state: 'degraded' })
  })
})
