import { constants } from 'node:os'
import { parseArgs } from 'node:util'
import { growthOf, mostGrowth } from './simulated/heap/level.ts'
import { soakSimulation } from './simulated/soak-simulation.ts'
import { soak } from './soak.ts'

const USAGE = `usage: npm run soak -- [--simulated=N] [--minutes=N] [--seed=TEXT]

Three hosts made of namespaces report to two apps, while connections come and go, links fail, and parts of Scope are killed.
Both apps have to show exactly what is so, again and again, and never what was never so.

With --simulated, N simulated hosts of 20 containers report to one app, while containers, connections and hosts come and go.
Each view has to show again and again what is so in the simulation and nothing else, and what the app holds after
its garbage was collected has to stay level.

  --simulated=N simulated hosts instead of real ones
  --minutes=N   how long (10)
  --seed=TEXT   what is drawn: the same seed draws the same steps`

const { values } = parseArgs({
  options: {
    simulated: { type: 'string' },
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: new Date().toISOString() },
    help: { type: 'boolean', default: false },
  },
})
const minutes = Number(values.minutes)
const hosts = Number(values.simulated ?? 1)

const startedMs = performance.now()
const say = (line: string) =>
  console.log(`${((performance.now() - startedMs) / 1000).toFixed(1).padStart(6)} s  ${line}`)
const cutOff = new AbortController()
const common = {
  ...{ churnMs: minutes * 60_000, roundMs: 30_000, seed: values.seed, say },
  signal: cutOff.signal,
}

const soakMachines = async (): Promise<boolean> => {
  const { steps, healedAfterMs, falseClaims } = await soak(common)
  const slowest = Math.max(...healedAfterMs) / 1000
  console.log(`${steps} steps; healed ${healedAfterMs.length} times, after ${slowest.toFixed(1)} s at most`)
  for (const claim of falseClaims) console.error(`false: ${claim}`)
  return falseClaims.length === 0
}

const soakApp = async (): Promise<boolean> => {
  const { looks, wrong, rssMb, held } = await soakSimulation({ ...common, hosts })
  const growth = growthOf(held)
  const most = mostGrowth(common.churnMs)
  const told =
    growth === undefined
      ? 'too short to tell whether it grows'
      : `after the warm-up it grew by ${(100 * growth.share).toFixed(1)} % of ${(growth.plateauBytes / 1e6).toFixed(0)} MB (at most ${100 * most} %)`
  console.log(
    `looked ${looks} times, ${wrong.length} differences; resident ${rssMb.at(-1)?.toFixed(0)} MB; held ${told}`,
  )
  return wrong.length === 0 && (growth?.share ?? 0) <= most
}

if (values.help || !(minutes > 0) || !(Number.isInteger(hosts) && hosts > 0)) {
  console.error(USAGE)
  process.exitCode = 2
} else {
  console.log(`seed ${values.seed}`)
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => cutOff.abort(name))
  try {
    const isRight = values.simulated === undefined ? await soakMachines() : await soakApp()
    process.exitCode = isRight ? 0 : 1
  } catch (error) {
    if (!cutOff.signal.aborted) throw error
    const name = cutOff.signal.reason as NodeJS.Signals
    console.error(`cut off by ${name}`)
    // What was under way may still wait for something that has ended.
    process.exit(128 + constants.signals[name])
  }
}
