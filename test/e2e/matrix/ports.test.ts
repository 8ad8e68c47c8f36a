import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { PortRow, PortsDocument, ViewDocument } from '../../../src/api/types.ts'
import { allOf } from '../../support/all-of.ts'
import { eventually } from '../../support/eventually.ts'
import { connectCommand, openTestDocker, type TestDocker } from '../../support/machine/docker.ts'
import { startClient, startServer, type TrafficProcess } from '../../support/machine/network/traffic.ts'
import { type Link, makeLink } from '../../support/machine/network/veth.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { type Matrix, type Mode, needsOf, openMatrix } from '../../support/scope/matrix.ts'

/** What listens in the network namespace of the host, with the pids that hold it; of others `ss` does not tell the pid. */
const listeningByTheBook = (): ReadonlyMap<string, readonly number[]> =>
  new Map(
    execFileSync('ss', ['-Hltnp'], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line.includes('pid=') && !line.includes('docker-proxy'))
      .map((line) => [
        (line.trim().split(/\s+/)[3] ?? '').replace(/%[^:\]]*/, '').replace(/^\*/, '[::]'),
        Array.from(line.matchAll(/pid=(\d+)/g), ([, pid]) => Number(pid)),
      ]),
  )

/** A row, with when it began to listen after tracing began: the app may correct all times of a host together. */
interface FoundRow extends PortRow {
  readonly beganMs: number
}

const written = ({ address, port }: Pick<PortRow, 'address' | 'port'>): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`

/** One that listens: what of the same process comes later at the same place began at another time. */
const keyOf = (row: FoundRow): string => `${written(row)} ${row.process.id} ${row.beganMs}`

/** The network namespace of the host, with whose number the ids of what listens there begin. */
const hostNetns = statSync('/proc/self/ns/net').ino
/** Docker, too, listens on loopback in other namespaces: it answers there for the names in networks that are made for containers. */
const isOfHost = ({ id, host }: PortRow): boolean => id.startsWith(host.id.replace('<host>', `${hostNetns} `))

const WAIT_MS = 75_000

const ports = (mode: Mode) => () => {
  let docker: TestDocker
  let matrix: Matrix
  let link: Link
  let server: TrafficProcess & { readonly port: number }
  let client: TrafficProcess
  beforeAll(async () => {
    docker = await openTestDocker()
    link = makeLink()
    matrix = await openMatrix(mode, [])
    server = await startServer('0.0.0.0')
    client = await startClient()
  })
  afterAll(async () => {
    await allOf(
      () => client?.end(),
      () => server?.end(),
      () => matrix?.close(),
      () => link?.remove(),
      () => docker?.close(),
    )
  })

  const ask = async (q: string): Promise<readonly FoundRow[]> => {
    const path = `/api/ports?q=${encodeURIComponent(q)}&limit=10000`
    const { found, sinceMs } = await matrix.reckoned(() => matrix.scope.get<PortsDocument>(path))
    return found.ports.map((row) => ({ ...row, beganMs: Date.parse(row.since) - sinceMs }))
  }
  const until = (what: string, q: string, isSo: (row: PortRow) => boolean): Promise<FoundRow> =>
    eventually(
      what,
      async () => {
        const [row, ...others] = await ask(q)
        return others.length === 0 && row !== undefined && isSo(row) ? row : undefined
      },
      WAIT_MS,
    )
  const ofServer = () => `listen:0.0.0.0:${server.port} pid:${server.pid}`
  const ofContainer = (id: string) => `container:* id:${id.slice(0, 12)}`
  const addressOf = (container: string) =>
    docker.docker('inspect', '--format', '{{.NetworkSettings.Networks.bridge.IPAddress}}', container)
  const neverUsed = async () =>
    Object.keys(
      (await matrix.scope.get<ViewDocument>('/api/topology/processes?q=used:never&unconnected=show')).nodes,
    )

  it('are those that ss tells of', async () => {
    // Other programs begin and cease to listen all the while, of which it is told a moment later: so at no moment may all be the same.
    // What is looked at is what listened, and what was told, at one moment: of that, no more and no less is to be told.
    const atFirst = listeningByTheBook()
    const toldAtFirst = new Set((await ask('listen:*')).map(keyOf))
    await eventually(
      'all that listens in the network of the host',
      async () => {
        const before = listeningByTheBook()
        const all = await ask('listen:*')
        const told = all.filter(
          ({ container, process }) => container === undefined && process.label !== 'docker-proxy',
        )
        const after = listeningByTheBook()
        const missing = [...before].filter(([at, pids]) => {
          const sinceFirst = pids.filter((pid) => atFirst.get(at)?.includes(pid))
          if (sinceFirst.length === 0 || !after.has(at)) return false
          // A container may listen there, too, in the network of the host.
          const rows = all.filter((one) => written(one) === at)
          return !pids.some((pid) => rows.some((row) => row.process.id === matrix.processId(pid)))
        })
        const invented = told
          .filter((row) => isOfHost(row) && toldAtFirst.has(keyOf(row)))
          .filter((row) => !before.has(written(row)) && !after.has(written(row)))
        if (missing.length + invented.length > 0) throw new Error(JSON.stringify({ missing, invented }))
        return all.some((row) => isOfHost(row) && row.process.id === matrix.processId(server.pid))
      },
      WAIT_MS,
    )
  })

  it('that nobody uses are never used, and then used once, by whom and when', async () => {
    const row = await until('the port', ofServer(), ({ used }) => used.accepted === 0)
    expect(row).toMatchObject({
      process: { id: matrix.processId(server.pid) },
      published: [],
      reachable: 'outside',
      used: { accepted: 0 },
      counting: mode === 'ebpf' ? 'complete' : 'polled',
    })
    expect(row.used).not.toHaveProperty('last')
    // Whoever only polls cannot know it.
    expect((await ask(`${ofServer()} used:never`)).length).toBe(mode === 'ebpf' ? 1 : 0)
    expect((await neverUsed()).includes(matrix.processId(server.pid))).toBe(mode === 'ebpf')

    const openedMs = Date.now()
    await client.ask(`open ${link.hostIp} ${server.port}`)
    const once = await until('its first use', `${ofServer()} used:yes`, ({ used }) => used.accepted === 1)
    expect(once.used).toMatchObject({ lastPeer: { address: link.hostIp } })
    expect(once.used.first).toBe(once.used.last)
    // The app knows the clock of a probe as well as its first report was quick; whoever only polls finds it some time later.
    expect(Date.parse(once.used.last ?? '')).toBeGreaterThan(openedMs - 60_000)
    expect(Date.parse(once.used.last ?? '')).toBeLessThan(Date.now() + 60_000)
    expect(once.beganMs).toBe(row.beganMs)
    await eventually(
      'no node to say that it was never used',
      async () => !(await neverUsed()).includes(matrix.processId(server.pid)),
    )
    if (mode === 'proc') return
    await client.ask(`burst 20 ${link.hostIp} ${server.port}`)
    await until('each of many short connections', ofServer(), ({ used }) => used.accepted === 21)
  })

  it('on loopback are for their own network namespace', async () => {
    const local = await startServer('127.0.0.1')
    await until(
      'the port',
      `listen:127.0.0.1:${local.port} reachable:no`,
      ({ reachable }) => reachable === 'loopback',
    )
    await local.end()
    await eventually(
      'nobody to listen',
      async () => (await ask(`listen:127.0.0.1:${local.port}`)).length === 0,
      WAIT_MS,
    )
  })

  it('of containers are told with what they are published as, and who used them', async () => {
    const published = await docker.serve('ports-published', ['-p', '5000'])
    const local = await docker.serve('ports-local', ['-p', '127.0.0.1::5000'])
    const inner = await docker.serve('ports-inner')
    const hostPort = Number(
      (await docker.docker('port', published, '5000/tcp')).split('\n')[0]?.split(':').at(-1),
    )
    const known = await until(
      'the published port',
      ofContainer(published),
      ({ published: as }) => as.length > 0,
    )
    expect(known).toMatchObject({ address: '::', port: 5000, reachable: 'outside', used: { accepted: 0 } })
    expect(known.published).toContainEqual({ address: '0.0.0.0', port: hostPort })
    // docker-proxy listens there, too, and is known for one by its container
    await eventually('the port of the host to lead to it', async () => {
      expect((await ask(`listen:${hostPort}`)).map(({ id }) => id)).toEqual([known.id])
      return true
    })
    await until(
      'the port for the host',
      ofContainer(local),
      ({ published: as, reachable }) => as[0]?.address === '127.0.0.1' && reachable === 'containers',
    )
    const unpublished = await until('the port of the network', ofContainer(inner), () => true)
    expect(unpublished).toMatchObject({ published: [], reachable: 'containers' })

    const user = await docker.run('ports-user', [], connectCommand(await addressOf(inner), 5000))
    // Docker may tell later who has the address than the kernel tells of the connection.
    const used = await until(
      'its use from a container',
      ofContainer(inner),
      (row) => row.used.accepted === 1 && row.used.lastPeer?.label !== undefined,
    )
    expect(used.used.lastPeer).toEqual({
      address: await addressOf(user),
      label: expect.stringContaining('ports-user'),
    })

    await client.ask(`open ${link.hostIp} ${hostPort}`)
    const through = await until(
      'its use by the published port',
      ofContainer(published),
      (row) => row.used.accepted === 1,
    )
    expect(through.used.lastPeer?.address).toMatch(/^\d+\.\d+\.\d+\.\d+$/)
    expect((await ask(`${ofContainer(local)} used:yes`)).length).toBe(0)
  })
}

describeWith([...needsOf.ebpf, 'docker', 'netns'], 'ports, traced by eBPF', ports('ebpf'))
describeWith([...needsOf.proc, 'docker', 'netns'], 'ports, by polling /proc', ports('proc'))
