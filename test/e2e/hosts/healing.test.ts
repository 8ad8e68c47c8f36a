import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { clockOff } from '../../support/machine/hosts/clock.ts'
import { type Fleet, type Member, SERVER_PORT, startFleet } from '../../support/machine/hosts/fleet.ts'
import { startHost } from '../../support/machine/hosts/host.ts'
import { showTheTruth, watchForFalseClaims } from '../../support/machine/hosts/looking.ts'
import { startNameServer } from '../../support/machine/hosts/name-server.ts'
import { scopeOn } from '../../support/machine/hosts/scope-on.ts'
import { UNKNOWN } from '../../support/machine/hosts/truth.ts'
import { killLeftPrograms } from '../../support/machine/program.ts'
import { describeWith } from '../../support/machine/requirements.ts'

/** Long enough for a probe to be started again, and for growing pauses between tries, one after another. */
const HEALS_WITHIN_MS = 120_000
const HOUR_MS = 3_600_000

vi.setConfig({ testTimeout: 4 * HEALS_WITHIN_MS })

describeWith(['root', 'ebpf', 'hosts'], 'three hosts that report to two apps', () => {
  let fleet: Fleet
  let alpha: Member
  let beta: Member
  let gamma: Member
  let watch: ReturnType<typeof watchForFalseClaims>

  beforeAll(async () => {
    fleet = await startFleet({
      names: ['alpha', 'beta', 'gamma'],
      apps: ['alpha', 'beta'],
      options: ['--app.window=12s', '--probe.docker=false'],
    })
    alpha = fleet.member('alpha')
    beta = fleet.member('beta')
    gamma = fleet.member('gamma')
  })
  afterAll(async () => {
    killLeftPrograms()
    await fleet?.close()
  })
  beforeEach(() => {
    watch = watchForFalseClaims(fleet)
  })
  afterEach(async () => {
    expect(await watch.stop()).toEqual([])
  })

  /** Waits until both apps know all hosts, and show exactly the connections that are open. */
  const bothShowTheTruth = () => showTheTruth(fleet, HEALS_WITHIN_MS)

  /** Ends a connection and makes others, so that what was known before is no longer so. */
  const change = async (family: 4 | 6 = 4): Promise<void> => {
    const [first] = fleet.connections()
    if (first !== undefined) await fleet.disconnect(first)
    await fleet.connect(gamma, alpha, family)
    await fleet.connect(alpha, gamma, 6)
  }
  /** The same without the network of gamma. */
  const changeBesideGamma = async (): Promise<void> => {
    const local = fleet.connections().filter(({ from, to }) => from === gamma && to === gamma)
    for (const connection of local) await fleet.disconnect(connection)
    await fleet.connect(gamma, gamma, 6)
    await fleet.connect(alpha, beta, 6)
  }
  const statesOf = ({ scope }: Member) => scope.probeStatus().apps.map(({ state }) => state)

  it('show the same in both apps: what is so', async () => {
    await fleet.connect(alpha, beta)
    await fleet.connect(beta, gamma, 6)
    await fleet.connect(gamma, alpha)
    await fleet.connect(gamma, gamma)
    expect(Object.keys(fleet.truth())).toHaveLength(4)
    await bothShowTheTruth()
  })

  it('get each report once, though each app is named by two addresses and a name', async () => {
    await eventually('one target of three for each app', () => {
      const expected = ['duplicate', 'duplicate', 'duplicate', 'duplicate', 'ok', 'ok']
      expect(statesOf(gamma).sort()).toEqual(expected)
      return true
    })
  })

  it('heal after an app was killed while reports fly', async () => {
    await alpha.scope.kill('app')
    await change()
    await bothShowTheTruth()
  })

  it('heal after a probe was killed, and after one was started again in order', async () => {
    await gamma.scope.kill('probe')
    await beta.scope.kill('probe', 'SIGTERM')
    await change()
    await bothShowTheTruth()
  })

  it('heal after a server was killed and another took its place', async () => {
    await alpha.replaceServer()
    await fleet.connect(beta, alpha)
    await bothShowTheTruth()
  })

  it('show a connection whose server was replaced unnoticed at no process, while its client has it', async () => {
    const left = await fleet.connect(beta, alpha)
    await bothShowTheTruth()
    // The host of the server forgets the connection before the other could learn of its end. Packets are lost, not held back:
    // what waits for a link that is down is sent when it is up.
    const retries = (count: number) =>
      alpha.host.exec('sh', '-c', `echo ${count} > /proc/sys/net/ipv4/tcp_orphan_retries`)
    retries(1)
    alpha.link.lose(100)
    try {
      await alpha.replaceServer()
      await eventually('nothing is left of the connection', () =>
        alpha.host
          .exec('ss', '-HtanO', `sport = :${SERVER_PORT}`)
          .split('\n')
          .every((socket) => !socket.includes(`${beta.ip}]:`) && !socket.includes(`${beta.ip}:`)),
      )
    } finally {
      alpha.link.lose(0)
      retries(0)
    }
    await fleet.connect(beta, alpha)
    expect(fleet.truth()).toMatchObject({
      [`${beta.host.processId(left.client.pid)} → ${UNKNOWN} :${SERVER_PORT}`]: 1,
    })
    await bothShowTheTruth()
    await fleet.disconnect(left)
    await bothShowTheTruth()
  })

  it('show nothing of a host that is cut off as if it were live, and all of it when it is back', async () => {
    const ofGamma = async () => (await beta.scope.probes()).find(({ hostId }) => hostId === gamma.host.id)
    // On a busy machine it reports less often for a while.
    await eventually('the usual interval', async () => (await ofGamma())?.intervalMs === 1000)
    gamma.link.down()
    await eventually('that gamma is silent', async () => {
      const probe = await ofGamma()
      // At the end of the window it is gone.
      return probe === undefined || probe.ageMs > 2 * probe.intervalMs
    })
    await changeBesideGamma()
    for (const app of fleet.apps) {
      await eventually(
        'that gamma is gone',
        async () => !(await app.scope.probes()).some(({ hostId }) => hostId === gamma.host.id),
      )
      for (const view of ['processes', 'hosts']) {
        const { nodes, edges } = await app.scope.view(view)
        const shown = [...Object.keys(nodes), ...Object.values(edges).flatMap((e) => [e.source, e.target])]
        expect(shown.filter((id) => id.startsWith(gamma.host.id))).toEqual([])
      }
    }
    gamma.link.up()
    await bothShowTheTruth()
  })

  it('keep up over links that lose a fifth of all packets', async () => {
    for (const { link } of fleet.members) link.lose(20)
    try {
      await change()
      await bothShowTheTruth()
    } finally {
      for (const { link } of fleet.members) link.lose(0)
    }
  })

  it('are told less often over a slow link, and keep up', async () => {
    const intervals = () =>
      gamma.scope
        .probeStatus()
        .apps.filter(({ state }) => state === 'ok')
        .map(({ intervalMs = 0 }) => intervalMs)
    gamma.link.slow(24)
    await change()
    await eventually('longer intervals', () => intervals().some((ms) => ms > 1000), HEALS_WITHIN_MS)
    await bothShowTheTruth()
    gamma.link.fast()
    await eventually(
      'the usual intervals to both apps',
      () => intervals().length === 2 && intervals().every((ms) => ms === 1000),
      HEALS_WITHIN_MS,
    )
    await bothShowTheTruth()
  })

  it('go on over IPv6 when there is no IPv4 any more', async () => {
    for (const { host } of fleet.members) host.exec('ip', '-4', 'addr', 'flush', 'dev', 'eth0')
    await change(6)
    await bothShowTheTruth()
    for (const { host, ip } of fleet.members) host.exec('ip', 'addr', 'add', `${ip}/24`, 'dev', 'eth0')
    await change()
    await bothShowTheTruth()
  })

  it('are found by a name, and by each address that it gets later', async () => {
    const names = await startNameServer(beta.host, beta.ip)
    names.answer({ 'apps.test': [alpha.ip] })
    const know = (app: Member, expected: boolean) =>
      eventually(
        `that ${app.host.name} ${expected ? 'knows' : 'forgets'} gamma`,
        async () => (await app.scope.probes()).some(({ hostId }) => hostId === gamma.host.id) === expected,
        HEALS_WITHIN_MS,
      )
    await gamma.scope.scope('stop')
    const resolver = [`--probe.resolver=${beta.ip}`, 'apps.test']
    await gamma.scope.launch([...resolver, '--probe-only', '--probe.docker=false'])
    await Promise.all([know(alpha, true), know(beta, false)])
    names.answer({ 'apps.test': [alpha.ip, beta.ip6] })
    await know(beta, true)
    await bothShowTheTruth()
    await eventually('the status to tell of both', () => {
      const reported = gamma.scope.probeStatus().apps.filter(({ state }) => state === 'ok')
      expect(reported.map(({ url, address }) => [url, address]).sort()).toEqual([
        ['http://apps.test:4040', alpha.ip],
        ['http://apps.test:4040', beta.ip6],
      ])
      return true
    })
    await names.end()
  })

  it('show the same when clocks are an hour off', async () => {
    await gamma.scope.scope('stop')
    await beta.scope.scope('stop')
    await Promise.all([
      gamma.scope.launch(fleet.optionsOf(gamma), clockOff('+1h')),
      beta.scope.launch(undefined, clockOff('-1h')),
    ])
    await change()
    await bothShowTheTruth()
    const offByMs = ({ scope }: Member) => Date.parse(scope.probeStatus().writtenAt) - Date.now()
    expect(offByMs(gamma) / HOUR_MS).toBeCloseTo(1, 1)
    expect(offByMs(beta) / HOUR_MS).toBeCloseTo(-1, 1)
    const skewOf = async (app: Member, of: Member) => {
      const probe = (await app.scope.probes()).find(({ hostId }) => hostId === of.host.id)
      return (probe?.clockSkewMs ?? Number.NaN) / HOUR_MS
    }
    expect(await skewOf(alpha, gamma)).toBeCloseTo(1, 1)
    expect(await skewOf(alpha, beta)).toBeCloseTo(-1, 1)
    expect(await skewOf(beta, gamma)).toBeCloseTo(2, 1)
    expect(await skewOf(beta, beta)).toBeCloseTo(0, 1)
    // Each app dates all it hears by its own clock.
    for (const [app, clockMs] of [
      [alpha, 0],
      [beta, -HOUR_MS],
    ] as const)
      for (const { hostname, lastSeen } of await app.scope.probes())
        expect([hostname, Math.abs(Date.parse(lastSeen) - Date.now() - clockMs) < HOUR_MS / 2]).toEqual([
          hostname,
          true,
        ])
  })

  it('never mix a host with another that has a copy of its state directory, and show both when the copy has its own key', async () => {
    const delta = await startHost('delta')
    fleet.network.attach(delta, { addresses: ['10.77.0.9/24'] })
    for (const file of ['probe.key', 'cluster.key'])
      delta.write(`/var/lib/scope/${file}`, readFileSync(gamma.host.path(`/var/lib/scope/${file}`)), 0o600)
    const copy = await scopeOn(delta, ['--probe-only', '--probe.docker=false', alpha.ip])
    await copy.launch()
    const refused = await eventually('that one of the two is refused', async () => {
      const apps = [gamma.scope, copy].flatMap((scope) => scope.probeStatus().apps)
      return apps.find(({ state, reason }) => state === 'refused' && reason.includes('same probe.key'))
    })
    expect(refused.reason).toContain('delete probe.key in the state directory of the copy')
    const shown = await eventually('either of them', async () => {
      const names = (await alpha.scope.probes()).map(({ hostname }) => hostname)
      const either = names.filter((name) => name === 'gamma' || name === 'delta')
      return either.length > 0 && either
    })
    expect(shown).toHaveLength(1)
    await copy.scope('stop')
    delta.exec('rm', '/var/lib/scope/probe.key')
    await copy.launch()
    await eventually(
      'both hosts',
      async () => {
        const names = (await alpha.scope.probes()).map(({ hostname }) => hostname)
        expect(names.sort()).toEqual(['alpha', 'beta', 'delta', 'gamma'])
        return true
      },
      HEALS_WITHIN_MS,
    )
    await copy.close()
    await delta.end()
    await bothShowTheTruth()
  })
})
