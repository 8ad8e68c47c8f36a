import { join } from 'node:path'
import { expect, it } from 'vitest'
import { isLoopbackUrl, ownAppUrl, probeTargets } from '../../src/cli/launch/app-urls.ts'
import { commandLines } from '../../src/cli/launch/command-lines.ts'
import { defaultOptions, type ScopeOptions } from '../../src/cli/options/options.ts'
import { parseOptions } from '../../src/cli/options/parse-options.ts'
import { appArguments, probeArguments } from '../../src/cli/options/part-arguments.ts'

const unusual: ScopeOptions = {
  ...defaultOptions,
  appAddress: '[::1]:0',
  windowMs: 90_500,
  tlsCert: import.meta.filename,
  tlsKey: import.meta.filename,
  access: {
    hosts: ['scope.example.com', 'map'],
    insecure: true,
    trustedProxies: ['10.0.0.5', 'fd00::/8', 'user:www-data'],
    proxyHeader: 'X-Remote-User',
    proxyRole: 'operator',
    readOnly: true,
    controls: false,
    requireClusterKey: true,
  },
  intake: {
    probes: 7,
    bodyBytes: 100_000,
    bodyBytesInAll: 1024 ** 3,
    decodedBytes: 512 * 1024,
    decodedBytesInAll: 300_000_001,
    nodes: 5,
    nodesInAll: 50,
    connections: 6,
    connectionsInAll: 60,
    reportBytesInAll: 3 * 1024 ** 3,
    textLength: 600,
    postsPerSecond: 2,
    postsPerSecondInAll: 12,
  },
  clients: {
    connectionsPerAddress: 2000,
    uploads: 700,
    uploadsPerAddress: 200,
    sockets: 500,
    socketsPerAddress: 400,
    terminals: 20,
    terminalsPerUser: 10,
    sendingBytes: 300_000_001,
  },
  namedServices: ['*.example.com', '!www.example.com'],
  labelFilters: [
    { title: 'Shop: front', key: 'example.com/tier', value: 'a:b\\c=d', exclude: false },
    { title: 'Rest', key: 'tier', value: '', exclude: true },
  ],
  metricsGraph: 'http://graphs.example/?g0.expr=:query',
  localUsers: [1001, 33],
  appUser: { name: 'daemon', uid: 1, gid: 1 },
  launchedBy: [0, 1000],
  ebpf: false,
  docker: false,
  conntrack: false,
  processes: false,
  dns: false,
  dockerEnvironment: true,
  omitCommandArguments: true,
  publishIntervalMs: 1500,
  tlsFingerprints: [`${'AB:'.repeat(31)}AB`, `${'CD:'.repeat(31)}CD`],
  connectionsKeepMs: 90_000,
  procRoot: '/proc/self/task',
  probeControls: false,
  probeRequiresClusterKey: true,
  controls: ['container', 'process'],
  appKeys: [{ target: '[::1]:4040', key: 'A'.repeat(43) }],
  serviceTokenFile: import.meta.filename,
  serviceUrl: 'http://scope.example:80',
  resolver: '[fd00::53]:5353',
  weaveNet: {
    isUsed: true,
    appUrl: 'https://maps.weave.local:444',
    probeRouter: { host: '::1', port: 7000 },
    appRouter: { host: 'weave.example', port: 6784 },
  },
  debug: true,
  logFormat: 'json',
}

it('hands every option on to the part it is for', () => {
  const app = parseOptions('app', appArguments(unusual)).options
  const probe = parseOptions('probe', probeArguments(unusual, ['http://[::1]:4040'])).options
  const {
    appAddress,
    tlsCert,
    tlsKey,
    windowMs,
    access,
    namedServices,
    labelFilters,
    metricsGraph,
    localUsers,
    appUser,
    launchedBy,
    debug,
    logFormat,
  } = app
  const { ebpf, docker, conntrack, processes, dockerEnvironment, dns } = probe
  const { omitCommandArguments, tlsFingerprints, publishIntervalMs, connectionsKeepMs, procRoot } = probe
  const { probeControls, controls, appKeys, probeRequiresClusterKey } = probe
  const { serviceTokenFile, serviceUrl, resolver } = probe
  expect({
    ...defaultOptions,
    appAddress,
    tlsCert,
    tlsKey,
    windowMs,
    access,
    namedServices,
    labelFilters,
    metricsGraph,
    localUsers,
    appUser,
    launchedBy,
    debug,
    logFormat,
    ebpf,
    docker,
    conntrack,
    processes,
    dns,
    dockerEnvironment,
    omitCommandArguments,
    publishIntervalMs,
    tlsFingerprints,
    connectionsKeepMs,
    procRoot,
    probeControls,
    controls,
    appKeys,
    probeRequiresClusterKey,
    serviceTokenFile,
    serviceUrl,
    resolver,
    weaveNet: { ...probe.weaveNet, appRouter: app.weaveNet.appRouter },
    intake: app.intake,
    clients: app.clients,
  }).toEqual(unusual)
  expect(app.weaveNet.appUrl).toBe(unusual.weaveNet.appUrl)
})

it('has both parts leave a Weave router alone', () => {
  const options: ScopeOptions = { ...unusual, weaveNet: { ...unusual.weaveNet, isUsed: false } }
  expect(parseOptions('app', appArguments(options)).options.weaveNet.isUsed).toBe(false)
  expect(parseOptions('probe', probeArguments(options, [])).options.weaveNet.isUsed).toBe(false)
})

it('hands on the other ways of TLS', () => {
  const tlsCa = join(import.meta.dirname, '../fixtures/authority.pem')
  const options: ScopeOptions = { ...defaultOptions, tls: 'self-signed', tlsCa }
  expect(parseOptions('app', appArguments(options)).options.tls).toBe('self-signed')
  expect(parseOptions('probe', probeArguments(options, [])).options.tlsCa).toBe(tlsCa)
})

it.each([
  [':4040', undefined, 'http://127.0.0.1:4040'],
  [':0', 5000, 'http://127.0.0.1:5000'],
  ['0.0.0.0:80', undefined, 'http://127.0.0.1:80'],
  ['[::]:4040', undefined, 'http://[::1]:4040'],
  ['[::1]:0', 5000, 'http://[::1]:5000'],
  ['10.0.0.5:4040', undefined, 'http://10.0.0.5:4040'],
  ['constructor:4040', undefined, 'http://constructor:4040'],
])('an app that listens on %s is reached at its own machine', (appAddress, port, url) => {
  expect(ownAppUrl({ ...defaultOptions, appAddress }, port)).toBe(url)
})

it('is reached over https when it has a certificate', () => {
  expect(ownAppUrl({ ...defaultOptions, tls: 'self-signed' })).toBe('https://127.0.0.1:4040')
  expect(ownAppUrl({ ...defaultOptions, tlsCert: '/a', tlsKey: '/b' })).toBe('https://127.0.0.1:4040')
})

it('never has the token of a service among the arguments', () => {
  const options: ScopeOptions = { ...defaultOptions, serviceToken: 's3cret', serviceUrl: 'https://a:443' }
  expect(probeArguments(options, []).join()).not.toContain('s3cret')
  expect(commandLines('/state', { options: { ...options, app: false }, peers: [] }).join()).toContain(
    ' --service-url=https://a:443 --service-token-file=/state/service-token ',
  )
})

it('publishes to the app beside it and to those named, each once', () => {
  expect(probeTargets('http://a:1', ['http://b:1', 'http://a:1'])).toEqual(['http://a:1', 'http://b:1'])
  expect(probeTargets(undefined, ['http://b:1'])).toEqual(['http://b:1'])
  expect(probeTargets(undefined, [])).toEqual(['http://127.0.0.1:4040'])
  expect(probeTargets(undefined, [], { ...defaultOptions, discover: 'mdns' })).toEqual([])
  expect(probeTargets(undefined, [], { ...defaultOptions, serviceUrl: 'https://a:443' })).toEqual([])
})

it.each([
  ['http://localhost:4040', true],
  ['http://127.0.0.1:4040', true],
  ['http://[::1]:4040/', true],
  ['https://localhost:4040', true],
  ['https://10.0.0.5:4040', false],
  ['http://localhost.example:4040', false],
  ['http://10.0.0.5:4040', false],
  ['http://127.example:4040', false],
])('%s is of loopback: %s', (url, loopback) => {
  expect(isLoopbackUrl(url)).toBe(loopback)
})
