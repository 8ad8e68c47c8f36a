import { describe, expect, it } from 'vitest'
import type { PartStates } from '../../../src/cli/parts/parts.ts'
import {
  describeLaunch,
  describeStatus,
  describeUrls,
  overallState,
  statusJson,
} from '../../../src/cli/status/describe.ts'
import type { ProbeStatusDocument } from '../../../src/probe/status-file.ts'
import type { CollectorStatus } from '../../../src/report/schema.ts'

const now = new Date('2026-01-02T15:00:00Z')
const identity = { pid: 7, startTicks: 1, bootId: 'b', launchedAt: '2026-01-02T14:00:00Z' }
const context = { stateDir: '/state', hostname: 'box', appKey: 'its-public-key', mendable: [], now }
const well = { app: '', probe: '' }
const running = { state: 'running', record: identity, status: undefined, supervision: { deaths: 0 } } as const
const stopped = { state: 'stopped', record: undefined, status: undefined, supervision: undefined } as const
const died = { at: '2026-01-02T14:59:20Z', reason: 'ended with code 1', lastWords: 'cannot listen' }
const all: PartStates = { supervisor: { state: 'running', record: identity }, app: running, probe: running }

const probeStatus: ProbeStatusDocument = {
  ...{ pid: 8, startedAt: now.toISOString(), writtenAt: now.toISOString(), collectors: [], apps: [] },
  usage: { cpuMs: 1, cpuPercent: 1, rssBytes: 1 },
}

describe('where the page is', () => {
  it('is told with a tunnel for those on other machines', () => {
    expect(describeUrls(['http://localhost:4040', 'http://10.0.0.5:4040'], 'box')).toEqual([
      ['page', 'http://localhost:4040'],
      ['page', 'from another machine: ssh -N -L 4040:127.0.0.1:4040 box, then http://localhost:4040'],
      [
        'probes',
        'http://10.0.0.5:4040  (for probes of other machines: scope token --join; people there need the tunnel, or --app.tls)',
      ],
    ])
  })

  it('is told without a tunnel where the app speaks TLS', () => {
    expect(
      describeUrls(['https://localhost:4040', 'https://10.0.0.5:4040', 'https://[fd00::5]:4040'], 'box'),
    ).toEqual([
      ['page', 'https://localhost:4040'],
      ['page', 'https://10.0.0.5:4040  (from other machines, after signing in)'],
      ['page', 'https://[fd00::5]:4040'],
    ])
  })

  it('is told without one where it listens on loopback alone, or not at all', () => {
    expect(describeUrls(['http://127.0.0.1:4040'], 'box')).toEqual([['page', 'http://127.0.0.1:4040']])
    expect(describeUrls(['http://10.0.0.5:4040'], 'box').map(([about]) => about)).toEqual(['probes'])
  })

  it('stands in columns', () => {
    const urls = ['http://localhost:4040', 'http://10.0.0.5:4040']
    const app = { pid: 7, port: 4040, urls, localUrl: '', startedAt: '' }
    expect(describeLaunch({ started: ['app'], app, probe: undefined }, true, 'box', 'natively')).toBe(
      [
        'Scope is running.',
        '  page   http://localhost:4040',
        '         from another machine: ssh -N -L 4040:127.0.0.1:4040 box, then http://localhost:4040',
        '  probes http://10.0.0.5:4040  (for probes of other machines: scope token --join; people there need the tunnel, or --app.tls)',
        '  probe  has not said yet how it traces',
        '  runs   natively',
      ].join('\n'),
    )
  })
})

describe('an app with a certificate', () => {
  const urls = ['https://localhost:4040', 'https://10.0.0.5:4040']
  const certificate = { fingerprint: 'AB:CD', validUntil: '2029-02-27T13:00:00.000Z', isSelfSigned: true }
  const app = { pid: 7, port: 4040, urls, localUrl: '', startedAt: '', certificate }

  it('is told with its fingerprint by launch', () => {
    const text = describeLaunch({ started: ['app'], app, probe: undefined }, true, 'box', 'natively')
    expect(text).toContain('https://10.0.0.5:4040  (from other machines')
    expect(text).toContain('  cert   AB:CD  (SHA-256; self-signed, valid until 2029-02-27)')
  })

  it('and by status', () => {
    const served = { ...app, certificate: { ...certificate, isSelfSigned: false } }
    const text = describeStatus({ ...all, app: { ...running, status: served } }, well, context)
    expect(text).toContain('      cert   AB:CD  (SHA-256; valid until 2029-02-27)')
    expect(text).not.toContain('weave')
  })

  it('is told with the name by which the app is found in a Weave network', () => {
    const weave = { name: 'scope.weave.local', address: '10.32.0.1' }
    const status = { pid: 7, port: 4040, urls: [], localUrl: 'http://127.0.0.1:4040', startedAt: '', weave }
    const text = describeStatus({ ...all, app: { ...running, status } }, well, context)
    expect(text).toContain('      weave  registered in weaveDNS as scope.weave.local (10.32.0.1)')
  })

  const asked = { why: 'it gives this machine no address (404)', wasAsked: true }
  const unasked = { why: 'it listens only on loopback', wasAsked: false }
  it.each<[string, typeof asked, CollectorStatus['state'] | undefined, boolean]>([
    ['the router does not do it', asked, 'ok', true],
    ['the app cannot be found, and there is a router', unasked, 'ok', true],
    ['the router is away for a moment', asked, 'degraded', true],
    ['there is no router, as the probe says', asked, 'waiting', false],
    ['it would not be found anyway', unasked, 'waiting', false],
    ['no probe says that there is no router', asked, undefined, true],
    ['nobody knows whether there is a router', unasked, undefined, false],
  ])('is told with why it has no name there: %s', (_, why, state, isTold) => {
    const weave = { name: 'scope.weave.local', ...why }
    const status = { pid: 7, port: 4040, urls: [], localUrl: 'http://127.0.0.1:4040', startedAt: '', weave }
    const router = { id: 'weave', mode: 'router', reason: '', sinceMs: 0, counters: {} }
    const probe = { ...running, status: { ...probeStatus, collectors: state ? [{ ...router, state }] : [] } }
    const text = describeStatus({ ...all, app: { ...running, status }, probe }, well, context)
    expect(text.includes(`      weave  not registered in weaveDNS: ${why.why}`)).toBe(isTold)
  })
})

describe('how Scope fares', () => {
  const dead = { ...running, state: 'dead' } as const
  it.each<[string, PartStates, { app: string; probe: string }, string]>([
    ['all is well', all, well, 'running'],
    ['the app alone', { ...all, probe: stopped }, well, 'running'],
    ['a part died', { ...all, app: dead }, well, 'dead'],
    ['a part hangs', all, { app: 'it does not answer', probe: '' }, 'failing'],
    ['a probe is refused', all, { app: '', probe: 'it cannot report' }, 'failing'],
    ['the supervisor died', { ...all, supervisor: { state: 'dead', record: identity } }, well, 'failing'],
    ['nothing runs', { ...all, app: stopped, probe: stopped }, well, 'stopped'],
  ])('%s', (_name, states, health, overall) => {
    expect(overallState(states, health)).toBe(overall)
  })

  it('tells what is wrong with a part that runs', () => {
    const text = describeStatus(all, { app: 'it does not answer: refused', probe: '' }, context)
    expect(text).toContain(
      'app   pid 7, since 2026-01-02T14:00:00Z\n      PROBLEM: it does not answer: refused\n',
    )
  })

  it('tells whom the app runs as, when that is another user', () => {
    const text = describeStatus(all, well, { ...context, appUser: 'scope' })
    expect(text).toContain('app   pid 7 as user scope, since')
    expect(text).toContain('probe pid 7, since')
    expect(statusJson(all, well, { ...context, appUser: 'scope' }, '1').app.user).toBe('scope')
    expect(statusJson(all, well, context, '1').app.user).toBeNull()
  })

  it('tells the key of the app, and what is amiss with an app that the probe publishes to', () => {
    const app = {
      url: 'http://10.0.0.5:4040',
      state: 'refused',
      reason: 'app_key_changed: it proves',
    } as const
    const status = {
      ...{
        pid: 7,
        startedAt: identity.launchedAt,
        writtenAt: identity.launchedAt,
        collectors: [],
        apps: [app],
      },
      usage: { cpuPercent: null, cpuMs: 1, rssBytes: 1 },
    }
    const text = describeStatus({ ...all, probe: { ...running, status } }, well, context)
    expect(text).toContain('      key    its-public-key  (for --app-key of probes elsewhere)\n')
    expect(text).toContain('publishes to http://10.0.0.5:4040: refused (app_key_changed: it proves)')
    expect(describeStatus({ ...all, app: stopped }, well, context)).not.toContain('its-public-key')
  })

  it('tells how often a part died, when last and why', () => {
    const app = { ...running, supervision: { deaths: 3, last: died } }
    expect(describeStatus({ ...all, app }, well, context)).toContain(
      '; started again 3 times, last 40 s ago, when it ended with code 1',
    )
  })

  it('tells how a part that died without a supervisor is started again', () => {
    const states: PartStates = {
      ...{ supervisor: { state: 'dead', record: identity }, app: stopped },
      probe: { ...dead, supervision: undefined },
    }
    expect(describeStatus(states, well, { ...context, mendable: ['probe'] })).toContain(
      'probe died (was pid 7); "scope launch" alone starts it again as it was, "scope logs" tells why',
    )
    expect(describeStatus(states, well, context)).toContain(
      'probe died (was pid 7); "scope launch", with the options that it had, starts it again, "scope logs"',
    )
  })

  it('is told of what a launch has brought back', () => {
    const text = describeLaunch(
      { started: ['app', 'probe'], app: undefined, probe: probeStatus, broughtBack: true },
      ...([true, 'box', 'natively'] as const),
    )
    expect(text).toMatch(/^Scope is running: the app and the probe had died, and run again as before;/)
    const ofApp = describeLaunch(
      { started: ['app'], app: undefined, probe: undefined, broughtBack: true },
      ...([true, 'box', 'natively'] as const),
    )
    expect(ofApp).toMatch(/^Scope is running: the app had died, and runs again as before;/)
    expect(ofApp).not.toContain('  probe')
  })

  it('tells when a part that died is started again, and its last words', () => {
    const app = { ...dead, supervision: { deaths: 1, last: died, nextStartAt: '2026-01-02T15:00:08Z' } }
    expect(describeStatus({ ...all, app }, well, context)).toContain(
      'died 40 s ago: it ended with code 1; it is started again in 8 s, and has died once\n      its last words: cannot listen',
    )
  })
})
