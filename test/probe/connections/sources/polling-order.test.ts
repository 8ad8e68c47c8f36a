import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { monotonicMs } from '../../../../src/probe/connections/sources/monotonic.ts'
import { PollingSource } from '../../../../src/probe/connections/sources/proc/polling-source.ts'
import { eventually } from '../../../support/eventually.ts'
import { picture, processRef, table, tuple } from '../support.ts'

/** The inode that the kernel gives to one network namespace after the other. */
const INODE = 4026532000
const HEAD =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'

let procRoot: string
let source: PollingSource
beforeEach(() => {
  procRoot = mkdtempSync(join(tmpdir(), 'scope-proc-'))
  source = new PollingSource({ procRoot, because: 'a test', intervalMs: 20, budget: 1 })
})
afterEach(() => {
  source.stop()
  rmSync(procRoot, { recursive: true })
})

const address = (ip: string, port: number): string =>
  `${Buffer.from(ip.split('.').map(Number)).swap32().toString('hex')}:${port.toString(16).padStart(4, '0')}`.toUpperCase()

/** A process with sockets, the only one in the namespace: local address, remote address, state and inode of each. */
const run = (
  pid: number,
  comm: string,
  sockets: readonly (readonly [string, string, '01' | '0A', number])[],
): void => {
  const dir = join(procRoot, String(pid))
  for (const name of ['fd', 'net', 'ns']) mkdirSync(join(dir, name), { recursive: true })
  const fields = Array.from({ length: 49 }, (_, at) => (at + 4 === 22 ? pid : at + 4 === 20 ? 1 : 0))
  writeFileSync(join(dir, 'stat'), `${pid} (${comm}) S ${fields.join(' ')}\n`)
  symlinkSync(`net:[${INODE}]`, join(dir, 'ns/net'))
  const lines = sockets.map(
    ([local, remote, state, inode], at) =>
      `   ${at}: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0 20 4 30 10 -1\n`,
  )
  writeFileSync(join(dir, 'net/tcp'), HEAD + lines.join(''))
  writeFileSync(join(dir, 'net/tcp6'), HEAD)
  for (const [at, [, , , inode]] of sockets.entries())
    symlinkSync(`socket:[${inode}]`, join(dir, 'fd', String(at + 3)))
}
const anyone = address('0.0.0.0', 0)
const door = address('0.0.0.0', 80)

it('does not take the address of a namespace that has ended for that of the next one with its inode', async () => {
  const { table: made } = table()
  const kinds: string[][] = []
  run(200, 'before', [
    [door, anyone, '0A', 1],
    [address('10.0.0.5', 80), address('192.0.2.1', 5000), '01', 2],
  ])
  source.start({
    apply(events) {
      if (events.length > 0) kinds.push(events.map(({ kind, socket }) => `${kind} ${socket}`))
      made.apply(events)
    },
    reconcile: () => {},
    waiting: () => {},
  })
  expect(kinds).toEqual([['listening 1', 'held 2']])
  rmSync(join(procRoot, '200'), { recursive: true })
  run(300, 'after', [
    [address('10.0.1.7', 80), address('192.0.2.1', 5001), '01', 4],
    [door, anyone, '0A', 3],
  ])
  await eventually('the next poll', () => kinds.length === 2)
  expect(kinds[1]?.toSorted()).toEqual(['accepted 4', 'closed 2', 'listening 3', 'unlistened 1'])
  expect(kinds[1]?.slice(2)).toEqual(['listening 3', 'accepted 4'])
  const failed = (ip: string, port: number) =>
    made.apply([
      {
        ...{ kind: 'failed', timeMs: monotonicMs(), socket: port, process: processRef(100, 'curl') },
        ...{ error: 113, retransmits: 0, ...tuple('10.0.0.1', port, ip, 80) },
      },
    ])
  failed('10.0.0.5', 6000)
  failed('10.0.1.7', 6001)
  expect(picture(made)).toEqual(
    expect.arrayContaining([
      'curl> 10.0.0.5:80 failed=1 unreachable=1',
      'curl>after 10.0.1.7:80 failed=1 unreachable=1',
    ]),
  )
})
