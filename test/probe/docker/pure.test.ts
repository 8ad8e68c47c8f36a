import { describe, expect, test } from 'vitest'
import { dockerEndpoint, isLocalDaemon } from '../../../src/probe/docker/daemon/endpoint.ts'
import {
  type ContainerMessage,
  containerSchema,
  imageSchema,
  infoSchema,
  type NetworkMessage,
  networkSchema,
} from '../../../src/probe/docker/daemon/messages.ts'
import { containerAddresses, networkOwnerOf, scopeOf } from '../../../src/probe/docker/entities/addresses.ts'
import { containerNode, portTexts } from '../../../src/probe/docker/entities/container-node.ts'
import { imageNameOf, imageNode } from '../../../src/probe/docker/entities/image-node.ts'
import { scopesOf } from '../../../src/probe/docker/entities/scopes.ts'
import type { Inventory } from '../../../src/probe/docker/inventory/inventory.ts'
import { createRefresher } from '../../../src/probe/docker/inventory/refresher.ts'
import { programOnly, redactCommandLine } from '../../../src/probe/redact/redact.ts'
import { facts } from '../../../src/report/facts.ts'

const idOf = (digit: string) => digit.repeat(64)

interface Shape {
  readonly mode?: string
  readonly networks?: Record<string, { NetworkID: string; IPAddress?: string; GlobalIPv6Address?: string }>
  readonly state?: object
  readonly more?: object
}

const container = (digit: string, shape: Shape = {}): ContainerMessage =>
  containerSchema.parse({
    Id: idOf(digit),
    Name: `/${digit}`,
    Path: '/app',
    Args: ['--token', 'x'],
    State: { Status: 'running', Running: true, StartedAt: '2026-01-02T03:04:05.678901234Z', ...shape.state },
    Config: { Image: 'team/app:1' },
    HostConfig: { NetworkMode: shape.mode ?? 'bridge' },
    NetworkSettings: { Networks: shape.networks ?? {} },
    ...shape.more,
  })

const network = (Id: string, Driver: string, Scope = 'local', Subnet = ''): NetworkMessage =>
  networkSchema.parse({ Id, Driver, Scope, IPAM: { Config: Subnet === '' ? null : [{ Subnet }] } })

const nodeOf = (message: ContainerMessage, hostId: string | undefined = 'here') =>
  containerNode(message, {
    hostId,
    image: undefined,
    networkOwner: message,
    isOnLan: false,
    oomKills: 0,
    redact: redactCommandLine,
  })

describe('the environment of a container', () => {
  const withEnv = (Env: string[] | null) =>
    nodeOf(container('a', { more: { Config: { Image: 'team/app:1', Env } } })).facts[
      facts.containerEnvironment
    ]
  test.each([
    ['by name', ['PATH=/bin', 'LANG=C'], ['LANG=C', 'PATH=/bin']],
    ['secrets are blotted out', ['DB_PASSWORD=hunter2', 'TOKEN_TTL=60'], ['DB_PASSWORD=•••', 'TOKEN_TTL=60']],
    ['also within values', ['URL=postgres://shop:hunter2@db/shop'], ['URL=postgres://shop:•••@db/shop']],
    ['a value may have equals signs and lines', ['A=b=c\nd'], ['A=b=c\nd']],
    ['a name alone has no value', ['EMPTY', 'ALSO='], ['ALSO=', 'EMPTY=']],
    ['none, or not told', [], undefined],
    ['null', null, undefined],
  ])('%s', (_, env, expected) => expect(withEnv(env)).toEqual(expected))
})

describe('the node of a container', () => {
  test.each([
    [{ Status: 'running' }, 'Up since 2026-01-02T03:04:05Z'],
    [{ Status: 'running', Health: { Status: 'unhealthy' } }, 'Up since 2026-01-02T03:04:05Z (unhealthy)'],
    [{ Status: 'running', Health: { Status: 'none' } }, 'Up since 2026-01-02T03:04:05Z'],
    [{ Status: 'paused', Paused: true }, 'Up since 2026-01-02T03:04:05Z (paused)'],
    [
      { Status: 'exited', ExitCode: 137, FinishedAt: '2026-01-02T04:00:00Z' },
      'Exited (137) 2026-01-02T04:00:00Z',
    ],
    [
      { Status: 'restarting', ExitCode: 1, FinishedAt: '2026-01-02T04:00:00Z' },
      'Restarting (1) since 2026-01-02T04:00:00Z',
    ],
    [{ Status: 'created', StartedAt: '0001-01-01T00:00:00Z' }, 'Created'],
    [{ Status: '' }, 'Unknown'],
  ])('%o', (state, text) => {
    expect(nodeOf(container('a', { state })).facts[facts.containerStateHuman]).toBe(text)
  })

  test('tells no date of what never was, and no exit code of what runs', () => {
    const created = nodeOf(
      container('a', { state: { Status: 'created', Running: false, StartedAt: '0001-01-01T00:00:00Z' } }),
    )
    expect(created.facts).not.toHaveProperty(facts.containerStarted)
    expect(created.facts).not.toHaveProperty(facts.containerExitCode)
    expect(nodeOf(container('a')).facts).not.toHaveProperty(facts.containerExitCode)
  })

  test('tells its command by the rule it is given', () => {
    const message = container('a', { more: { Path: '/bin/db', Args: ['--user', 'ann'] } })
    const around = { hostId: 'here', image: undefined, networkOwner: message, isOnLan: false, oomKills: 0 }
    const command = (redact: (argv: readonly string[]) => string) =>
      containerNode(message, { ...around, redact }).facts[facts.containerCommand]
    expect(command(redactCommandLine)).toBe('/bin/db --user ann')
    expect(command(programOnly)).toBe('/bin/db')
  })

  test.each([
    [{}, false],
    [{ '80/tcp': null }, false],
    [{ '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }] }, false],
    [{ '80/tcp': [{ HostIp: '::1', HostPort: '8080' }] }, false],
    [{ '80/tcp': [{ HostIp: '', HostPort: '8080' }] }, true],
    [
      {
        '80/tcp': [
          { HostIp: '127.0.0.1', HostPort: '1' },
          { HostIp: '10.0.0.1', HostPort: '2' },
        ],
      },
      true,
    ],
  ])('with ports %j is reachable from outside: %s', (Ports, expected) => {
    const node = nodeOf(container('a', { more: { NetworkSettings: { Ports, Networks: {} } } }))
    expect(node.facts[facts.reachableFromOutside]).toBe(expected)
  })

  test.each([
    ['published, but it has ended', 'bridge', false, false, undefined],
    ["in the host's network, where its listeners tell", 'host', true, false, undefined],
    ['in a network of the machine itself', 'lan', true, true, true],
  ])('%s', (_, mode, Running, isOnLan, expected) => {
    const Ports = isOnLan ? {} : { '80/tcp': [{ HostIp: '', HostPort: '80' }] }
    const state = { Running, Status: Running ? 'running' : 'exited' }
    const message = container('a', { mode, state, more: { NetworkSettings: { Ports, Networks: {} } } })
    const node = containerNode(message, {
      hostId: 'here',
      image: undefined,
      networkOwner: message,
      isOnLan,
      oomKills: 0,
      redact: redactCommandLine,
    })
    expect(node.facts[facts.reachableFromOutside]).toBe(expected)
  })

  test('claims no host when it runs on another machine', () => {
    const node = containerNode(container('a'), {
      hostId: undefined,
      image: undefined,
      networkOwner: container('a'),
      isOnLan: false,
      oomKills: 0,
      redact: redactCommandLine,
    })
    expect(node.parents.host).toEqual([])
    expect(node.facts).not.toHaveProperty(facts.hostId)
  })

  test('survives an answer with next to nothing in it', () => {
    const bare = containerSchema.parse({
      Id: idOf('a'),
      State: {},
      Config: { Labels: null },
      HostConfig: {},
      NetworkSettings: { Ports: null, Networks: { none: null } },
      Mounts: null,
    })
    expect(nodeOf(bare)).toMatchObject({
      name: 'a'.repeat(12),
      labels: {},
      facts: { [facts.containerPorts]: [] },
    })
  })
})

test.each([
  [{ '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '8080' }] }, ['0.0.0.0:8080->80/tcp']],
  [{ '80/tcp': [{ HostIp: '::', HostPort: '8080' }] }, ['[::]:8080->80/tcp']],
  [{ '80/tcp': [{ HostIp: '', HostPort: '8080' }] }, ['0.0.0.0:8080->80/tcp']],
  [{ '443/udp': null, '80/tcp': [] }, ['443/udp', '80/tcp']],
])('ports %o', (ports, texts) => {
  expect(portTexts(ports)).toEqual(texts)
})

test.each([
  ['app', 'app', ''],
  ['app:1', 'app', '1'],
  ['registry:5000/team/app', 'registry:5000/team/app', ''],
  ['registry:5000/team/app:1', 'registry:5000/team/app', '1'],
  ['app:1@sha256:abc', 'app', '1'],
  ['<none>:<none>', '', ''],
  ['', '', ''],
])('image reference %s', (reference, name, tag) => {
  expect(imageNameOf(reference)).toEqual({ name, tag })
})

test('an image without a name is named by its id', () => {
  const image = imageSchema.parse({
    Id: `sha256:${idOf('b')}`,
    RepoTags: null,
    Size: 5,
    Created: 86_400,
    Labels: null,
  })
  expect(imageNode(image, 'here')).toMatchObject({
    id: `${idOf('b')};<container_image>`,
    name: 'b'.repeat(12),
    facts: { [facts.imageSize]: 5, [facts.imageCreated]: '1970-01-02T00:00:00.000Z' },
  })
})

describe('addresses', () => {
  test.each([
    ['bridge', 'local', { kind: 'host', hostId: 'here' }],
    ['overlay', 'swarm', { kind: 'network', networkId: 'n' }],
    ['macvlan', 'swarm', { kind: 'network', networkId: 'n' }],
    ['macvlan', 'local', { kind: 'global' }],
    ['weavemesh', 'local', { kind: 'global' }],
    ['ipvlan', 'local', { kind: 'global' }],
    ['some/plugin', 'local', { kind: 'host', hostId: 'here' }],
    ['some/plugin', 'global', { kind: 'network', networkId: 'n' }],
  ])('of a network by %s, %s', (driver, scope, expected) => {
    expect(scopeOf(network('n', driver, scope), 'n', 'here')).toEqual(expected)
  })

  const one = container('1', {
    networks: { b: { NetworkID: 'b', IPAddress: '172.17.0.2', GlobalIPv6Address: 'FD00::2' } },
  })
  const two = container('2', { mode: `container:${idOf('1')}` })
  const three = container('3', { mode: 'container:2' })
  const host = container('4', { mode: 'host' })
  const circle = container('5', { mode: `container:${idOf('6')}` })
  const back = container('6', { mode: `container:${idOf('5')}` })
  const stopped = container('7', {
    networks: { b: { NetworkID: 'b', IPAddress: '172.17.0.9' } },
    state: { Running: false },
  })
  const all = new Map([one, two, three, host, circle, back, stopped].map((message) => [message.Id, message]))
  const containerOf = (reference: string) =>
    all.get(reference) ?? [...all.values()].find(({ Name }) => Name === `/${reference}`)

  test('are followed through shared networks, not round in circles', () => {
    expect(networkOwnerOf(three, containerOf)).toBe(one)
    expect(networkOwnerOf(host, containerOf)).toBe(host)
    expect(all.has(networkOwnerOf(circle, containerOf).Id)).toBe(true)
  })

  test('are owned by all that share them and run', () => {
    const book = containerAddresses(
      all.values(),
      new Map([['b', network('b', 'bridge')]]),
      containerOf,
      'here',
    )
    const owners = ['1', '2', '3'].map((digit) => `${idOf(digit)};<container>`)
    expect(book).toEqual([
      { id: 'here;172.17.0.2', ip: '172.17.0.2', scope: 'host', owners },
      { id: 'here;fd00::2', ip: 'fd00::2', scope: 'host', owners },
    ])
  })

  test('have the scope of their bridge, also when nobody has them now', () => {
    const networks = [
      network('b', 'bridge', 'local', '172.17.0.0/16'),
      network('o', 'overlay', 'swarm', '10.0.0.0/24'),
    ]
    const member = container('8', { networks: { o: { NetworkID: 'o', IPAddress: '10.0.0.5' } } })
    const inventory = {
      containers: new Map([[member.Id, member]]),
      networks: new Map(networks.map((one) => [one.Id, one])),
      version: () => 1,
    } as unknown as Inventory
    const scope = scopesOf()(inventory, 'here')
    expect(['172.17.3.4', '10.0.0.5', '10.0.0.6', '8.8.8.8'].map(scope)).toEqual([
      { kind: 'host', hostId: 'here' },
      { kind: 'network', networkId: 'o' },
      undefined,
      undefined,
    ])
  })
})

describe('DOCKER_HOST', () => {
  test.each([
    [undefined, '/var/run/docker.sock', {}],
    ['', '/var/run/docker.sock', {}],
    ['unix:///run/x.sock', '/run/x.sock', {}],
    ['tcp://10.0.0.5:2375', 'tcp://10.0.0.5:2375', { protocol: 'http' }],
    ['10.0.0.5:2375', 'tcp://10.0.0.5:2375', { protocol: 'http' }],
    ['tcp://10.0.0.5', 'tcp://10.0.0.5:2375', { protocol: 'http' }],
    ['https://10.0.0.5', 'tcp://10.0.0.5:2376', { protocol: 'https' }],
    ['tcp://[::1]:2376', 'tcp://[::1]:2376', { protocol: 'https' }],
  ])('%s', (given, text, options) => {
    const endpoint = dockerEndpoint(given, {})
    expect(endpoint.text).toBe(text)
    expect(endpoint.options).toMatchObject(options)
  })

  test('with TLS asks for the certificates it names', () => {
    expect(() => dockerEndpoint('tcp://h:1', { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/none' })).toThrow(
      /DOCKER_CERT_PATH/,
    )
  })

  test.each(['ssh://host', 'npipe:////./pipe/x', 'tcp://', 'http://%'])('%s is refused', (given) => {
    expect(() => dockerEndpoint(given, {})).toThrow(/expected unix/)
  })

  const machine = { hostName: 'me', kernelRelease: '6.1', addresses: ['10.0.0.1'] }
  test.each([
    ['unix:///x', { KernelVersion: '6.1', Name: 'other' }, true],
    ['unix:///x', { KernelVersion: '6.1-linuxkit', Name: 'me' }, false],
    ['tcp://10.0.0.1:1', { KernelVersion: '6.1', Name: 'me' }, true],
    ['tcp://localhost:1', { KernelVersion: '6.1', Name: 'me' }, true],
    ['tcp://127.0.0.1:1', { KernelVersion: '6.1', Name: 'other' }, false],
    ['tcp://10.0.0.2:1', { KernelVersion: '6.1', Name: 'me' }, false],
  ])('%s of a daemon with %o is of this machine: %s', (given, info, local) => {
    expect(isLocalDaemon(dockerEndpoint(given, {}), infoSchema.parse(info), machine)).toBe(local)
  })
})

test('inspections run a few at a time, and again for what changed meanwhile', async () => {
  const done: string[] = []
  let running = 0
  let most = 0
  const refresher = createRefresher(2, async (id) => {
    most = Math.max(most, ++running)
    await new Promise((resolve) => setTimeout(resolve, 5))
    done.push(id)
    running--
  })
  for (const id of ['a', 'b', 'c', 'a', 'c', 'c']) refresher.request(id)
  await refresher.idle()
  expect(most).toBe(2)
  expect(done.toSorted()).toEqual(['a', 'a', 'b', 'c'])
})
