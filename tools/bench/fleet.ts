import { writeFileSync } from 'node:fs'
import { cpus, loadavg, release } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type FleetMachine, type Part, startFleetMachine } from './fleet/machine.ts'
import { growthOf, measureUse, type PerApps, type Use, untilHeard } from './fleet/measure.ts'
import { median, spread } from './probe/statistics.ts'

const APPS = [0, 1, 2, 3]
/** Numbers of apps whose cost for a probe is compared. */
const COMPARED = [1, 2, 4]
const STARTED_AT_ONCE = 4
/** What is done again and again is compiled by then. */
const WARM_UP_MS = 30_000
const WINDOWS = 5

/** How much is measured. */
interface Plan {
  readonly probes: number
  readonly group: number
  readonly seconds: number
  readonly cutSeconds: number
  readonly options: readonly string[]
}

const startProbes = async (
  machine: FleetMachine,
  wanted: readonly { readonly name: string; readonly apps: readonly number[] }[],
  options: readonly string[],
): Promise<Part[]> => {
  const parts: Part[] = []
  for (let i = 0; i < wanted.length; i += STARTED_AT_ONCE) {
    const some = wanted.slice(i, i + STARTED_AT_ONCE)
    parts.push(...(await Promise.all(some.map(({ name, apps }) => machine.startProbe(name, apps, options)))))
  }
  return parts
}

const endAll = async (parts: readonly Part[]): Promise<void> => {
  await Promise.all(parts.map(({ end }) => end()))
}

/** Groups of probes with one, two and four apps, side by side, so that what else the machine does falls on all of them. */
const compareApps = async (machine: FleetMachine, plan: Plan): Promise<PerApps[]> => {
  // The groups take turns, so that no group is the one that was started first.
  const wanted = Array.from({ length: plan.group }, (_, i) =>
    COMPARED.map((count) => ({ count, name: `group-${count}-${i}`, apps: APPS.slice(0, count) })),
  ).flat()
  const startedMs = Date.now()
  const parts = await startProbes(machine, wanted, plan.options)
  try {
    for (const app of APPS) {
      const names = wanted.filter(({ apps }) => apps.includes(app)).map(({ name }) => name)
      await untilHeard(machine, [app], names, startedMs)
    }
    await sleep(WARM_UP_MS)
    const windows: Use[][] = []
    for (let i = 0; i < WINDOWS; i++) windows.push(await measureUse(parts, (1000 * plan.seconds) / WINDOWS))
    const cpuOf = (index: number): number =>
      median(windows.map((uses) => uses[index]?.cpuPercent ?? Number.NaN))
    return growthOf(
      COMPARED.map((apps) => ({
        apps,
        cpu: wanted.flatMap(({ count }, index) => (count === apps ? [cpuOf(index)] : [])),
      })),
    )
  } finally {
    await endAll(parts)
  }
}

const TWO = APPS.slice(0, 2)

/** A whole fleet that reports to two apps, and a cut between them. */
const measureFleet = async (machine: FleetMachine, apps: readonly Part[], plan: Plan) => {
  const names = Array.from({ length: plan.probes }, (_, i) => `fleet-${i}`)
  const startedMs = Date.now()
  const wanted = names.map((name) => ({ name, apps: TWO }))
  const parts = await startProbes(machine, wanted, plan.options)
  try {
    const joinedMs = await untilHeard(machine, TWO, names, startedMs)
    await sleep(WARM_UP_MS)
    const uses = await measureUse([...apps.slice(0, TWO.length), ...parts], 1000 * plan.seconds)
    const ofProbes = uses.slice(TWO.length)
    machine.link.down()
    await sleep(1000 * plan.cutSeconds)
    machine.link.up()
    const healedMs = await untilHeard(machine, TWO, names, Date.now())
    return {
      ...{ joinedMs, healedMs, apps: uses.slice(0, TWO.length) },
      probes: {
        cpuPercent: spread(ofProbes.map(({ cpuPercent }) => cpuPercent)),
        pssMb: spread(ofProbes.map(({ pssMb }) => pssMb)),
      },
    }
  } finally {
    await endAll(parts)
  }
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

const print = (plan: Plan, fleet: Awaited<ReturnType<typeof measureFleet>>, compared: readonly PerApps[]) => {
  const { probes, apps, joinedMs, healedMs } = fleet
  console.log(`${plan.probes} probes that report to two apps`)
  console.log(
    `  a probe        ${probes.cpuPercent.median.toFixed(2)} % of a core (${probes.cpuPercent.min.toFixed(2)} to ${probes.cpuPercent.max.toFixed(2)}), ${probes.pssMb.median.toFixed(0)} MB`,
  )
  for (const [i, app] of apps.entries())
    console.log(
      `  app ${i + 1}          ${app.cpuPercent.toFixed(1)} % of a core, ${app.pssMb.toFixed(0)} MB`,
    )
  console.log(`  all are there  ${joinedMs.map(seconds).join(' and ')} after the start of the first`)
  console.log(`  healed         ${healedMs.map(seconds).join(' and ')} after a cut of ${plan.cutSeconds} s`)
  console.log(`CPU of a probe, ${plan.group} with each number of apps side by side`)
  for (const { apps: count, cpuPercent, growthPercent } of compared)
    console.log(
      `  ${count} ${count === 1 ? 'app ' : 'apps'}         ${cpuPercent.median.toFixed(2)} % of a core (${cpuPercent.min.toFixed(2)} to ${cpuPercent.max.toFixed(2)})${count === 1 ? '' : `; ${growthPercent.toFixed(1)} % more for each further app`}`,
    )
}

/**
 * What a fleet costs, on one machine: real probes, each in a pid namespace of its own so that it sees only itself and a few
 * processes, on one machine made of namespaces, and real apps on another. Measures CPU and memory of 50 probes that report to two apps
 * and of these apps, how long both apps need to hear from all probes after a cut of the network between them, and the CPU of
 * probes with one, two and four apps.
 *
 * `--probes N` (50). `--group N`: probes with each number of apps (6). `--seconds N`: how long each is measured (30). `--cut N`:
 * seconds (20). `--ebpf`: probes trace connections instead of polling them; 50 of these slow down each connection of the machine. `--json
 * FILE`: the figures.
 */
export const run = async (args: readonly string[]): Promise<void> => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      probes: { type: 'string', default: '50' },
      group: { type: 'string', default: '6' },
      seconds: { type: 'string', default: '30' },
      cut: { type: 'string', default: '20' },
      ebpf: { type: 'boolean', default: false },
      json: { type: 'string' },
    },
  })
  const plan: Plan = {
    probes: Number(values.probes),
    group: Number(values.group),
    seconds: Number(values.seconds),
    cutSeconds: Number(values.cut),
    options: [
      '--probe.docker=false',
      '--probe.conntrack=false',
      '--no-dns',
      ...(values.ebpf ? [] : ['--no-ebpf']),
    ],
  }
  const loadBefore = loadavg()
  const machine = await startFleetMachine()
  try {
    const apps = await Promise.all(APPS.map((app) => machine.startApp(app)))
    console.error('measuring: probes with one, two and four apps')
    const compared = await compareApps(machine, plan)
    console.error(`measuring: ${plan.probes} probes with two apps`)
    const fleet = await measureFleet(machine, apps, plan)
    print(plan, fleet, compared)
    if (values.json === undefined) return
    const about = {
      ...{ at: new Date().toISOString(), cpus: cpus().length, cpu: cpus()[0]?.model ?? '' },
      ...{ kernel: release(), node: process.versions.node, loadBefore, loadAfter: loadavg() },
    }
    writeFileSync(values.json, `${JSON.stringify({ machine: about, plan, fleet, compared }, null, 2)}\n`)
  } finally {
    await machine.end()
  }
}
