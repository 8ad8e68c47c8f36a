import { afterAll, beforeAll, expect, it } from 'vitest'
import { allOf } from '../../support/all-of.ts'
import { eventually } from '../../support/eventually.ts'
import { openTestDocker, type TestDocker } from '../../support/machine/docker.ts'
import { freePort } from '../../support/machine/free-port.ts'
import { startListeners } from '../../support/machine/network/short-traffic.ts'
import { startClient } from '../../support/machine/network/traffic.ts'
import { startProgram } from '../../support/machine/program.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { type Matrix, needsOf, openMatrix } from '../../support/scope/matrix.ts'

/** Longer than the record of a single process that has ended is told, which is 15 s. */
const PAUSE_SECONDS = 16
/** So many failures, of which one comes each second, take longer than that, too. */
const FAILURES = 17
/** Longer than {@link PAUSE_SECONDS}. What ended just before a single process outlasts it by far, also where looking takes long. */
const KEEP = '40s'

/** Connects, and exits. */
const CALL = `use Socket; socket(my $s, PF_INET, SOCK_STREAM, 0) or die; connect($s, sockaddr_in($ARGV[0], inet_aton('127.0.0.1'))) or die $!`

/** Listens for one connection, says so, and exits when the other side has closed it. */
const SERVE = `use IO::Socket::INET; $| = 1;
my $l = IO::Socket::INET->new(Listen => 5, LocalAddr => '127.0.0.1', LocalPort => $ARGV[0], ReuseAddr => 1) or die $!;
print "ready\\n"; my $c = $l->accept; sysread($c, my $b, 1)`

/** Calls by a program that is started anew each time, as often as told or until it is killed. */
const loop = (port: number | undefined, pauseSeconds: number, times = 1000) =>
  startProgram([
    'sh',
    '-c',
    `for i in $(seq ${times}); do perl -e "$0" ${port}; sleep ${pauseSeconds}; done`,
    CALL,
  ])

describeWith([...needsOf.ebpf, 'docker'], 'what calls by a program that is started anew each time', () => {
  let docker: TestDocker
  let matrix: Matrix
  beforeAll(async () => {
    docker = await openTestDocker()
    matrix = await openMatrix('ebpf', [`--probe.connections.keep=${KEEP}`])
  })
  afterAll(async () => {
    await allOf(
      () => matrix?.close(),
      () => docker?.close(),
    )
  })

  /** What all clients of a process have done together; undefined when there is none. */
  const callsTo = async (pid: number | undefined) => {
    const look = await matrix.reckoned(() => matrix.scope.view('processes'))
    const { edges, nodes } = look.found
    const found = Object.values(edges).filter((edge) => edge.target === matrix.processId(pid ?? 0))
    if (found.length === 0) return undefined
    return {
      opened: found.reduce((sum, { opened }) => sum + opened, 0),
      /** Since tracing began. */
      firstMs: Math.min(...found.map(({ firstSeen }) => Date.parse(firstSeen))) - look.sinceMs,
      labels: new Set(found.map(({ source }) => nodes[source]?.label)),
    }
  }

  it.concurrent('in a container, and fails: one edge with growing totals since the first, and a node that says how many', async () => {
    const server = await docker.run('nobody-listens')
    const ip = await docker.docker('inspect', '--format', '{{.NetworkSettings.IPAddress}}', server)
    const call = `/bin/busybox nc -w 1 ${ip} 4999 </dev/null`
    const client = await docker.run(
      'calls-in-vain',
      [],
      [...['/bin/busybox', 'sh', '-c'], `while :; do ${call}; /bin/busybox sleep 1; done`],
    )
    const [source, target] = [client, server].map((id) => `${id};<container>`)
    const seen: { readonly failed: number; readonly firstMs: number | undefined }[] = []
    const last = await eventually('as many failures', async () => {
      const { found, sinceMs } = await matrix.reckoned(() => matrix.scope.view('containers'))
      const edge = Object.values(found.edges).find((one) => one.source === source && one.target === target)
      const firstMs = edge && Date.parse(edge.firstSeen) - sinceMs
      if (edge !== undefined || seen.length > 0) seen.push({ failed: edge?.failed ?? 0, firstMs })
      return edge !== undefined && edge.failed >= FAILURES && edge
    })
    const failures = seen.map(({ failed }) => failed)
    expect(failures).toEqual(failures.toSorted((a, b) => a - b))
    expect(new Set(seen.map(({ firstMs }) => firstMs)).size).toBe(1)
    expect(last).toMatchObject({ opened: 0, failedBy: { refused: last.failed } })
    await eventually('one node alone for all that have exited', async () => {
      const { nodes } = await matrix.scope.view('processes')
      const [one, ...others] = Object.values(nodes).filter(
        ({ state, parents }) => state === 'exited' && parents?.some(({ id }) => id === source),
      )
      return others.length === 0 && /:\d\d+ exited\)$/.test(one?.labelMinor ?? '')
    })
  })

  it.concurrent('less often than what a single process did stays: totals go on, and nothing goes before the next call', async () => {
    const { listeners, end } = await startListeners(1)
    const [listener] = listeners
    const client = loop(listener?.port, PAUSE_SECONDS)
    const first = await eventually('the first call', () => callsTo(listener?.pid))
    const seen: number[] = []
    const third = await eventually('the third call', async () => {
      const calls = await callsTo(listener?.pid)
      seen.push(calls?.opened ?? 0)
      return calls !== undefined && calls.opened >= 3 && calls
    })
    const together = seen.slice(seen.indexOf(2))
    expect(together).toEqual(together.toSorted((a, b) => a - b))
    expect(third).toMatchObject({ opened: 3, firstMs: first.firstMs })
    await client.kill('SIGKILL')
    await end()
  })

  it.concurrent('is one node for servers that are started for each connection, too', async () => {
    const port = await freePort()
    const client = await startClient()
    const calls = 10
    const server = startProgram([
      'sh',
      '-c',
      `for i in $(seq ${calls}); do perl -e "$0" ${port}; done`,
      SERVE,
    ])
    for (let i = 0; i < calls; i++) {
      await server.ask('')
      await client.ask(`burst 1 127.0.0.1 ${port}`)
    }
    await server.ended
    await eventually('one edge to all servers', async () => {
      const { edges, nodes } = await matrix.scope.view('processes')
      const [edge, ...others] = Object.values(edges).filter(
        ({ source, ports }) => source === matrix.processId(client.pid) && ports.includes(port),
      )
      const { state, labelMinor = '' } = nodes[edge?.target ?? ''] ?? {}
      return (
        others.length === 0 &&
        edge?.closed === calls &&
        state === 'exited' &&
        /\d\d exited\)$/.test(labelMinor)
      )
    })
    await client.end()
  })

  it.concurrent('stays for as long as told after the last, and that of a single process goes before', async () => {
    const { listeners, end } = await startListeners(2)
    const [often, once] = listeners
    const calls = 10
    await loop(often?.port, 0.2, calls).ended
    await eventually('all of them', async () => (await callsTo(often?.pid))?.opened === calls)
    await startProgram(['perl', '-e', CALL, String(once?.port)]).ended
    await eventually('the single one', () => callsTo(once?.pid))
    await eventually('its end', async () => (await callsTo(once?.pid)) === undefined)
    expect(await callsTo(often?.pid)).toMatchObject({ opened: calls, labels: new Set(['perl']) })
    await eventually('the end of the others', async () => (await callsTo(often?.pid)) === undefined)
    await end()
  })
})
