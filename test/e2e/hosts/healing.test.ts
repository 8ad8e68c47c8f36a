import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { type Fleet, type Member, startFleet } from '../../support/machine/hosts/fleet.ts'
import { watchForFalseClaims } from '../../support/machine/hosts/watch.ts'
import { killLeftPrograms } from '../../support/machine/program.ts'
import { describeWith } from '../../support/machine/requirements.ts'

/** Long enough for a probe to be started again, and for growing pauses between tries. */
const HEALS_WITHIN_MS = 60_000

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
      options: ['--app.window=5s', '--probe.docker=false'],
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
  const bothShowTheTruth = () =>
    Promise.all(
      fleet.apps.map((app) =>
        eventually(
          `the truth in the app of ${app.host.name}`,
          async () => {
            const probes = await app.scope.probes()
            expect(probes.map(({ hostname }) => hostname).sort()).toEqual(['alpha', 'beta', 'gamma'])
            expect(await fleet.shownBy(app)).toEqual(fleet.truth())
            return true
          },
          HEALS_WITHIN_MS,
        ),
      ),
    )

  /** Ends a connection and makes others, so that what was known before is no longer so. */
  const change = async (): Promise<void> => {
    const [first] = fleet.connections()
    if (first !== undefined) await fleet.disconnect(first)
    await fleet.connect(gamma, alpha)
    await fleet.connect(alpha, gamma, 6)
  }

  it('show the same in both apps: what is so', async () => {
    await fleet.connect(alpha, beta)
    await fleet.connect(beta, gamma, 6)
    await fleet.connect(gamma, alpha)
    await fleet.connect(gamma, gamma)
    expect(Object.keys(fleet.truth())).toHaveLength(4)
    await bothShowTheTruth()
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

  it('show nothing of a host that is cut off as if it were live, and all of it when it is back', async () => {
    gamma.link.down()
    await change2()
    for (const app of fleet.apps)
      await eventually('that gamma is gone', async () => {
        const probes = await app.scope.probes()
        return !probes.some(({ hostId }) => hostId === gamma.host.id)
      })
    for (const app of fleet.apps)
      for (const view of ['processes', 'hosts']) {
        const { nodes, edges } = await app.scope.view(view)
        const ofGamma = [...Object.keys(nodes), ...Object.values(edges).flatMap((e) => [e.source, e.target])]
        expect(ofGamma.filter((id) => id.startsWith(gamma.host.id))).toEqual([])
      }
    gamma.link.up()
    await bothShowTheTruth()
  })

  /** Changes that do not need the network of gamma. */
  const change2 = async (): Promise<void> => {
    const local = fleet.connections().filter(({ from, to }) => from === gamma && to === gamma)
    for (const connection of local) await fleet.disconnect(connection)
    await fleet.connect(gamma, gamma, 6)
    await fleet.connect(alpha, beta, 6)
  }

  it('keep up over links that lose a fifth of all packets', async () => {
    for (const { link } of fleet.members) link.lose(20)
    await change()
    await bothShowTheTruth()
    for (const { link } of fleet.members) link.lose(0)
  })

  it('keep up over a slow link', async () => {
    gamma.link.slow(64)
    await change()
    await bothShowTheTruth()
    gamma.link.fast()
    await bothShowTheTruth()
  })
})
