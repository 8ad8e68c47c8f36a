import { afterAll, beforeAll, expect, it } from 'vitest'
import type { NodeSummary, ViewDocument } from '../../src/api/types.ts'
import { eventually } from '../support/eventually.ts'
import { connectCommand, openTestDocker, type TestDocker } from '../support/machine/docker.ts'
import { describeWith } from '../support/machine/requirements.ts'
import { type RunningScope, startScope } from '../support/scope/running-scope.ts'

const named = (nodes: Iterable<NodeSummary>, name: string): NodeSummary | undefined =>
  [...nodes].find((node) => node.label === name)

const edgeBetween = (view: ViewDocument, source?: string, target?: string) =>
  Object.values(view.edges).find((edge) => edge.source === source && edge.target === target)

describeWith(['root', 'ebpf', 'docker'], 'containers that talk', () => {
  let docker: TestDocker
  let scope: RunningScope

  const address = async (name: string): Promise<string> =>
    docker.docker('inspect', '--format', '{{.NetworkSettings.IPAddress}}', docker.prefix + name)
  const client = (name: string, ip: string) => docker.run(name, [], connectCommand(ip, 5000))

  beforeAll(async () => {
    docker = await openTestDocker()
    await docker.serve('before')
    scope = await startScope()
  })
  afterAll(async () => {
    await scope?.stop()
    await docker?.close()
  })

  it('are there whether they started before Scope or after', async () => {
    const after = await docker.serve('after')
    await eventually('both', async () => {
      const { nodes } = await scope.view('containers')
      return nodes[`${after};<container>`] && named(Object.values(nodes), `${docker.prefix}before`)
    })
  })

  it('have an edge between them, in the first frame that tells of the client', async () => {
    const ip = await address('before')
    const followed = await scope.follow('containers')
    const target = named(followed.nodes.values(), `${docker.prefix}before`)?.id
    await client('client', ip)
    const edge = await eventually('the edge', () =>
      [...followed.edges.values()].find(
        (e) =>
          e.target === target && named(followed.nodes.values(), `${docker.prefix}client`)?.id === e.source,
      ),
    )
    expect(edge).toMatchObject({ open: 1, opened: 1, failed: 0, ports: [5000] })
    followed.close()
  })

  it('are one another’s connections in the details', async () => {
    const view = await scope.view('containers')
    const id = named(Object.values(view.nodes), `${docker.prefix}client`)?.id ?? ''
    const { node } = await scope.get<{
      node: { connections: { connections: { label: string }[] }[]; children: { topologyId: string }[] }
    }>(`/api/topology/containers/${encodeURIComponent(id)}`)
    expect(node.connections[1]?.connections.map(({ label }) => label)).toEqual([`${docker.prefix}before`])
    expect(node.children.map(({ topologyId }) => topologyId)).toContain('processes')
  })

  it('meet on a network of their own and over a published port', async () => {
    await docker.docker('network', 'create', `${docker.prefix}net`)
    const target = await docker.serve('published', [
      ...['--network', `${docker.prefix}net`],
      ...['--publish', '127.0.0.1:0:5000'],
    ])
    const source = await docker.run(
      'neighbour',
      ['--network', `${docker.prefix}net`],
      connectCommand(`${docker.prefix}published`, 5000),
    )
    await eventually('the edge', async () =>
      edgeBetween(await scope.view('containers'), `${source};<container>`, `${target};<container>`),
    )
  })

  it('go when they stop, with their edge', async () => {
    await docker.docker('rm', '--force', `${docker.prefix}client`)
    await eventually('the end of both', async () => {
      const view = await scope.view('containers')
      const target = named(Object.values(view.nodes), `${docker.prefix}before`)?.id
      return (
        !named(Object.values(view.nodes), `${docker.prefix}client`) &&
        !Object.values(view.edges).some((e) => e.target === target)
      )
    })
  })
})
