import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ConnectionsDocument, Edge, ViewDocument } from '../../../src/api/types.ts'
import { type App, startApp } from '../../../src/app/app.ts'
import { createLogger } from '../../../src/log/log.ts'
import { type Probe, startProbe } from '../../../src/probe/probe.ts'
import { eventually } from '../../support/eventually.ts'
import { startClient, startServer, type TrafficProcess } from '../../support/machine/network/traffic.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { targetsAt } from '../../support/targets-at.ts'

const log = createLogger({ format: 'text', debug: false, write: () => {} })

// `/proc` does not tell what a connection carried.
const modes = [
  ['ebpf', true, 5000],
  ['proc', false, 0],
] as const

for (const [mode, ebpf, bytes] of modes) {
  describeWith(ebpf ? ['root', 'ebpf'] : ['root'], `single connections, as told by ${mode}`, () => {
    let stateDir: string
    let app: App
    let probe: Probe
    let client: TrafficProcess
    let server: TrafficProcess & { readonly port: number }

    const get = async <Body>(path: string): Promise<Body> => {
      const answer = await fetch(`http://127.0.0.1:${app.port}${path}`)
      expect(answer.status).toBe(200)
      return (await answer.json()) as Body
    }
    const edgeTo = (view: string, port: number): Promise<Edge> =>
      eventually('the edge', async () => {
        const { edges } = await get<ViewDocument>(`/api/topology/${view}`)
        return Object.values(edges).find(({ ports }) => ports.includes(port))
      })
    const connectionsTo = async (view: string, port: number): Promise<ConnectionsDocument> => {
      const { id } = await edgeTo(view, port)
      return get(`/api/connections?view=${view}&edge=${id}`)
    }

    beforeAll(async () => {
      stateDir = await mkdtemp(join(tmpdir(), 'scope-single-'))
      app = await startApp({ address: '127.0.0.1:0', stateDir, windowMs: 15_000, webRoot: tmpdir(), log })
      probe = await startProbe({
        targets: targetsAt([`http://127.0.0.1:${app.port}`]),
        stateDir,
        publishIntervalMs: 500,
        procRoot: '/proc',
        ebpf,
        docker: false,
        log,
      })
      server = await startServer()
      client = await startClient()
    })
    afterAll(async () => {
      await client?.end()
      await server?.end()
      await probe?.stop()
      await app?.stop()
      await rm(stateDir, { recursive: true, force: true })
    })

    test('name both processes, their addresses and what was carried', async () => {
      await client.ask(`open 127.0.0.1 ${server.port}`)
      await client.ask('send 5000')
      const document = await eventually('both processes and the bytes', async () => {
        const found = await connectionsTo('processes', server.port)
        const [row] = found.connections
        return row?.bytesReceived === bytes && row.server.process !== undefined ? found : undefined
      })
      expect(document.total).toBe(1)
      expect(document.probes).toEqual([{ id: probe.probeId, hostname: expect.any(String) }])
      const [row] = document.connections
      expect(row).toMatchObject({
        client: { process: expect.stringMatching(new RegExp(`;${client.pid}$`)), ip: '127.0.0.1' },
        server: {
          process: expect.stringMatching(new RegExp(`;${server.pid}$`)),
          ip: '127.0.0.1',
          port: server.port,
        },
        state: 'open',
        bytesSent: bytes,
        bytesReceived: bytes,
      })
      expect(row?.client.port).toBeGreaterThan(0)
      expect(document.processNames?.[row?.client.process ?? '']).toBe('node')
    })

    test('are told of an edge between folded nodes, too', async () => {
      await eventually('the connection among those of all programs of this name', async () => {
        // others may be busy on this machine: it has to be among the newest
        await client.ask(`open 127.0.0.1 ${server.port}`)
        const { nodes, edges } = await get<ViewDocument>('/api/topology/processes-by-name')
        const edge = Object.values(edges).find(({ source, target }) =>
          [source, target].every((id) => nodes[id]?.label === 'node'),
        )
        const { connections } = await get<ConnectionsDocument>(
          `/api/connections?view=processes-by-name&edge=${edge?.id}`,
        )
        return connections.some((row) => row.server.port === server.port)
      })
    })

    test('a thousand: the newest five hundred, and how many there are', async () => {
      const many = await startServer()
      try {
        for (let i = 0; i < 1000; i++) await client.ask(`open 127.0.0.1 ${many.port}`)
        const { connections } = await eventually('all of them', async () => {
          const found = await connectionsTo('processes', many.port)
          return found.total === 1000 ? found : undefined
        })
        expect(connections).toHaveLength(500)
        const ages = connections.map(({ ageMs }) => ageMs)
        expect(ages).toEqual([...ages].sort((a, b) => a - b))
        expect(new Set(connections.map((row) => row.client.port)).size).toBe(500)
      } finally {
        await many.end()
      }
    })
  })
}
