import { builtPrograms } from '../../../src/checkout.ts'
import {
  appEnvironment,
  appNodeOptions,
  probeEnvironment,
  probeNodeOptions,
} from '../../../src/cli/parts/probe-runtime.ts'
import { eventually } from '../../../test/support/eventually.ts'
import { type Host, type HostProgram, startHost } from '../../../test/support/machine/hosts/host.ts'
import { childrenOf } from '../../../test/support/machine/hosts/init.ts'
import { type Link, startNetwork } from '../../../test/support/machine/hosts/network.ts'
import { makeClusterKey } from '../../../test/support/machine/hosts/scope-on.ts'

/** A running app or probe. */
export interface Part {
  /** Outside of all namespaces. */
  readonly pid: number
  /** Ends it and all that runs beside it. */
  end(): Promise<void>
}

/** Two machines made of namespaces: apps run on one of them, and on the other one probes, each in a pid namespace of its own. */
export interface FleetMachine {
  /** The cable of the probes' machine. */
  readonly link: Link
  startApp(index: number): Promise<Part>
  /** @param apps the indices of those that it reports to; @param options of `scope probe` */
  startProbe(name: string, apps: readonly number[], options: readonly string[]): Promise<Part>
  /** For each app, when it last heard from each probe: milliseconds since 1970 by host name. */
  heard(apps: readonly number[]): Promise<Record<string, number>[]>
  end(): Promise<void>
}

const APPS_ADDRESS = '10.99.0.2'
const portOf = (app: number): number => 4040 + app

/** Answers each line, a list of ports, with what the apps there have heard. */
const LISTENER = `
const heard = async (port) => {
  try {
    const probes = await (await fetch('http://127.0.0.1:' + port + '/api/probes', { signal: AbortSignal.timeout(5000) })).json()
    return Object.fromEntries(probes.map(({ hostId, lastSeen }) => [hostId, Date.parse(lastSeen)]))
  } catch { return {} }
}
require('node:readline').createInterface({ input: process.stdin })
  .on('line', async (line) => console.log(JSON.stringify(await Promise.all(JSON.parse(line).map(heard)))))
  .on('close', () => process.exit(0))`

/** What a probe sees beside itself: processes that stay, and one a second that comes and goes. */
const BESIDE_PROBE = 'for i in 1 2 3 4 5 6 7 8 9 10; do sleep 100000 & done; (while :; do sleep 1; done) &'

export const startFleetMachine = async (): Promise<FleetMachine> => {
  const network = await startNetwork('fleet')
  const apps = await startHost('fleet-apps')
  const probes = await startHost('fleet-probes')
  network.attach(apps, { addresses: [`${APPS_ADDRESS}/24`] })
  const link = network.attach(probes, { addresses: ['10.99.0.3/24'] })
  const clusterKey = makeClusterKey()
  const listener = await apps.start([process.execPath, '-e', LISTENER])

  const stateOn = (host: Host, name: string): string => {
    const stateDir = `/var/lib/scope/${name}`
    host.exec('mkdir', '-p', '-m', '700', stateDir)
    host.write(`${stateDir}/cluster.key`, clusterKey, 0o600)
    return stateDir
  }
  const ending = (program: HostProgram) => async (): Promise<void> => program.kill('SIGKILL')

  return {
    link,
    async startApp(index) {
      const address = `--app.http.address=0.0.0.0:${portOf(index)}`
      const program = await apps.start(
        [process.execPath, ...appNodeOptions, builtPrograms.main, 'app', address],
        {
          env: { ...appEnvironment, SCOPE_STATE_DIR: stateOn(apps, `app-${index}`) },
          quiet: true,
        },
      )
      return { pid: program.outsidePid, end: ending(program) }
    },
    async startProbe(name, targets, options) {
      const urls = targets.map((app) => `http://${APPS_ADDRESS}:${portOf(app)}`)
      const command = [
        process.execPath,
        ...probeNodeOptions,
        builtPrograms.main,
        'probe',
        ...options,
        ...urls,
      ]
      const program = await probes.start(
        [
          ...['unshare', '--pid', '--fork', '--mount-proc', '--kill-child', '--'],
          ...['sh', '-c', `${BESIDE_PROBE} exec "$@"`, 'sh', ...command],
        ],
        {
          env: { ...probeEnvironment, SCOPE_HOSTNAME: name, SCOPE_STATE_DIR: stateOn(probes, name) },
          quiet: true,
        },
      )
      const pid = await eventually(`the start of the probe ${name}`, () => childrenOf(program.outsidePid)[0])
      return { pid, end: ending(program) }
    },
    heard: async (of) => JSON.parse(await listener.ask(JSON.stringify(of.map(portOf)))),
    async end() {
      await Promise.all([apps.end(), probes.end()])
      await network.end()
    },
  }
}
