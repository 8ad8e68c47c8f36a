import { expect, it } from 'vitest'
import { isLoopbackUrl, ownAppUrl, probeTargets } from '../../src/cli/launch/app-urls.ts'
import { defaultOptions, type ScopeOptions } from '../../src/cli/options/options.ts'
import { parseOptions } from '../../src/cli/options/parse-options.ts'
import { appArguments, probeArguments } from '../../src/cli/options/part-arguments.ts'

const unusual: ScopeOptions = {
  ...defaultOptions,
  appAddress: '[::1]:0',
  windowMs: 90_500,
  namedServices: ['*.example.com', '!www.example.com'],
  labelFilters: [
    { title: 'Shop: front', key: 'example.com/tier', value: 'a:b\\c=d', exclude: false },
    { title: 'Rest', key: 'tier', value: '', exclude: true },
  ],
  localUsers: [1001, 33],
  launchedBy: [0, 1000],
  ebpf: false,
  docker: false,
  conntrack: false,
  processes: false,
  dns: false,
  dockerEnvironment: true,
  omitCommandArguments: true,
  publishIntervalMs: 1500,
  connectionsKeepMs: 90_000,
  procRoot: '/proc/self/task',
  debug: true,
  logFormat: 'json',
}

it('hands every option on to the part it is for', () => {
  const app = parseOptions('app', appArguments(unusual)).options
  const probe = parseOptions('probe', probeArguments(unusual, ['http://[::1]:4040'])).options
  const { appAddress, windowMs, namedServices, labelFilters, localUsers, launchedBy, debug, logFormat } = app
  const { ebpf, docker, conntrack, processes, dockerEnvironment, dns } = probe
  const { omitCommandArguments, publishIntervalMs, connectionsKeepMs, procRoot } = probe
  expect({
    ...defaultOptions,
    appAddress,
    windowMs,
    namedServices,
    labelFilters,
    localUsers,
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
    connectionsKeepMs,
    procRoot,
  }).toEqual(unusual)
})

it.each([
  [':4040', undefined, 'http://127.0.0.1:4040'],
  [':0', 5000, 'http://127.0.0.1:5000'],
  ['0.0.0.0:80', undefined, 'http://127.0.0.1:80'],
  ['[::]:4040', undefined, 'http://[::1]:4040'],
  ['[::1]:0', 5000, 'http://[::1]:5000'],
  ['10.0.0.5:4040', undefined, 'http://10.0.0.5:4040'],
])('an app that listens on %s is reached at its own machine', (appAddress, port, url) => {
  expect(ownAppUrl({ ...defaultOptions, appAddress }, port)).toBe(url)
})

it('publishes to the app beside it and to those named, each once', () => {
  expect(probeTargets('http://a:1', ['http://b:1', 'http://a:1'])).toEqual(['http://a:1', 'http://b:1'])
  expect(probeTargets(undefined, ['http://b:1'])).toEqual(['http://b:1'])
  expect(probeTargets(undefined, [])).toEqual(['http://127.0.0.1:4040'])
})

it.each([
  ['http://localhost:4040', true],
  ['http://127.0.0.1:4040', true],
  ['http://[::1]:4040/', true],
  ['http://localhost.example:4040', false],
  ['http://10.0.0.5:4040', false],
  ['http://127.example:4040', false],
])('%s is of loopback: %s', (url, loopback) => {
  expect(isLoopbackUrl(url)).toBe(loopback)
})
