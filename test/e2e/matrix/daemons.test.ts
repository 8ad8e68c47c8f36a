import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { RawReports } from '../../../src/api/raw-reports.ts'
import { facts } from '../../../src/report/facts.ts'
import { eventually } from '../../support/eventually.ts'
import { holdersOf, type Server, startNginxDaemon } from '../../support/machine/network/servers.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { type Matrix, type Mode, needsOf, openMatrix } from '../../support/scope/matrix.ts'

/** Whoever only polls looks for holders of sockets when its budget allows it. */
const WAIT_MS = 75_000

const daemons = (mode: Mode) => () => {
  let matrix: Matrix
  beforeAll(async () => {
    matrix = await openMatrix(mode)
  })
  afterAll(() => matrix?.close())
  let nginx: Server | undefined
  afterEach(() => nginx?.end())

  /** The processes that are told to listen on a loopback port. */
  const listening = async (port: number): Promise<readonly string[]> => {
    const { reports } = await matrix.scope.get<RawReports>('/api/report')
    return reports.flatMap(({ report }) =>
      report.nodes.flatMap(({ id, facts: known }) => {
        const addresses = known[facts.listeningAddresses]
        return Array.isArray(addresses) && addresses.includes(`127.0.0.1:${port}`) ? [id] : []
      }),
    )
  }
  const listens = (pids: readonly number[], port: number) =>
    eventually(
      `one of the processes ${pids.join(', ')} to listen on port ${port}`,
      async () => {
        const [first, ...others] = await listening(port)
        return others.length === 0 && pids.some((pid) => first === matrix.processId(pid))
      },
      WAIT_MS,
    )

  it('a daemon that forks after it began to listen is shown listening, and after its end one of its workers', async () => {
    nginx = await startNginxDaemon()
    const { pid, port } = nginx
    expect(holdersOf(port)[0]).toBe(pid)
    await listens([pid], port)
    // workers of an nginx that was killed go on to serve
    process.kill(pid, 'SIGKILL')
    const workers = await eventually('nginx to be gone', () => {
      const holders = holdersOf(port)
      return !holders.includes(pid) && holders
    })
    await listens(workers, port)
    await nginx.end()
    await eventually('nobody to listen', async () => (await listening(port)).length === 0, WAIT_MS)
  })
}

describeWith(needsOf.ebpf, 'daemons, traced by eBPF', daemons('ebpf'))
describeWith(needsOf.proc, 'daemons, by polling /proc', daemons('proc'))
