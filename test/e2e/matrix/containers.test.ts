import { afterAll, beforeAll, it } from 'vitest'
import { allOf } from '../../support/all-of.ts'
import { eventually } from '../../support/eventually.ts'
import {
  connectCommand,
  openTestDocker,
  serveCommand,
  type TestDocker,
} from '../../support/machine/docker.ts'
import { freePort } from '../../support/machine/free-port.ts'
import { startClient } from '../../support/machine/network/traffic.ts'
import { type Link, makeLink } from '../../support/machine/network/veth.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { type Matrix, type Mode, needsOf, openMatrix } from '../../support/scope/matrix.ts'

const idOf = (container: string): string => `${container};<container>`

const containers = (mode: Mode) => () => {
  let docker: TestDocker
  let matrix: Matrix
  let link: Link
  beforeAll(async () => {
    docker = await openTestDocker()
    link = makeLink()
    matrix = await openMatrix(mode, [])
  })
  afterAll(async () => {
    await allOf(
      () => matrix?.close(),
      () => link?.remove(),
      () => docker?.close(),
    )
  })

  const addressOf = async (container: string, network = 'bridge'): Promise<string> =>
    docker.docker(
      'inspect',
      '--format',
      `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`,
      container,
    )
  const publishedPort = async (container: string): Promise<number> =>
    Number((await docker.docker('port', container, '5000/tcp')).split('\n')[0]?.split(':').at(-1))
  /** One edge between two containers, and nothing else to that port. */
  const between = (from: string, to: string, port: number, opened = 1) =>
    matrix.edge({ view: 'containers', from: idOf(from), to: idOf(to), port, open: opened, opened, failed: 0 })

  it.concurrent('on the bridge', async () => {
    const server = await docker.serve('bridge-server')
    const client = await docker.run('bridge-client', [], connectCommand(await addressOf(server), 5000))
    await between(client, server, 5000)
  })

  it.concurrent('one in the network of the host', async () => {
    const port = await freePort()
    const server = await docker.serve('host-server', ['--network', 'host'], port)
    const client = await docker.run('to-host', [], connectCommand(link.hostIp, port))
    await between(client, server, port)
    const third = await docker.serve('bridge-server-2')
    const fourth = await docker.run(
      'from-host',
      ['--network', 'host'],
      connectCommand(await addressOf(third), 5000),
    )
    await between(fourth, third, 5000)
  })

  it.concurrent('two that share one network namespace', async () => {
    const server = await docker.serve('shared-server')
    const sharing = ['--network', `container:${server}`]
    const client = await docker.run('shared-client', sharing, connectCommand('127.0.0.1', 5000))
    await between(client, server, 5000)
  })

  it.concurrent('without a network, over its own loopback', async () => {
    const both = `${serveCommand(5000).join(' ')} & ${connectCommand('127.0.0.1', 5000).slice(3).join(' ')}`
    const alone = await docker.run('none', ['--network', 'none'], ['/bin/busybox', 'sh', '-c', both])
    await eventually(
      'the one edge inside',
      async () => {
        const { edges, nodes } = await matrix.scope.view('processes')
        const isInside = (id: string) =>
          nodes[id]?.parents?.some((parent) => parent.id === idOf(alone)) === true
        const found = Object.values(edges).filter((e) => isInside(e.source) || isInside(e.target))
        const [edge] = found
        return found.length === 1 && edge && isInside(edge.source) && isInside(edge.target) && edge.open === 1
      },
      75_000,
    )
  })

  it.concurrent('on several networks, by each of its addresses', async () => {
    const networks = ['one', 'two'].map((name) => docker.prefix + name)
    for (const network of networks) await docker.docker('network', 'create', network)
    const [first = '', second = ''] = networks
    const server = await docker.serve('many-server', ['--network', first])
    await docker.docker('network', 'connect', second, server)
    for (const [index, network] of networks.entries()) {
      const address = await addressOf(server, network)
      const client = await docker.run(
        `many-client-${index}`,
        ['--network', network],
        connectCommand(address, 5000),
      )
      await between(client, server, 5000)
    }
  })

  it.concurrent.each([
    ['localhost', '127.0.0.1', false],
    ['an address of the host, on the host', 'hostIp', false],
    ['another machine', 'hostIp', true],
  ] as const)('published, by way of %s', async (how, address, outside) => {
    const name = `published-${how.replace(/\W/g, '-')}`
    const server = await docker.serve(name, ['--publish', '5000'])
    const port = await publishedPort(server)
    const client = await startClient(outside ? link.name : undefined)
    await client.ask(`open ${address === 'hostIp' ? link.hostIp : address} ${port}`)
    await client.ask('send 100')
    const numbers = { open: 1, opened: 1, failed: 0, bytesSent: 100, bytesReceived: 100 }
    await matrix.edge({ from: client.pid, to: 'busybox', port: 5000, ...numbers })
    // Docker tells of its containers by itself, and a walk passes the connection on to the child that serves.
    await eventually('its container', async () => {
      const { nodes, edges } = await matrix.scope.view('processes')
      const [edge, ...others] = Object.values(edges).filter(
        ({ source, ports }) => source === matrix.processId(client.pid) && ports.includes(5000),
      )
      const target = edge && nodes[edge.target]
      return (
        others.length === 0 &&
        edge?.open === 1 &&
        target?.label === 'busybox' &&
        target.parents?.some(({ id }) => id === idOf(server))
      )
    })
    await client.end()
  })

  it.concurrent('published, by one container for another through the address of the host', async () => {
    const server = await docker.serve('through-server', ['--publish', '5000'])
    const port = await publishedPort(server)
    const client = await docker.run('through-client', [], connectCommand(link.hostIp, port))
    await between(client, server, 5000)
  })
}

describeWith([...needsOf.ebpf, 'docker', 'netns'], 'containers, traced', containers('ebpf'))
describeWith([...needsOf.proc, 'docker', 'netns'], 'containers, polled', containers('proc'))
