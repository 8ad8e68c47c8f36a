import type { Draw } from './draw.ts'
import { cyclic, endless, type Life } from './life.ts'
import type { StoryOptions } from './options.ts'
import type { Service } from './shop/service.ts'

/** Numbers of containers that take part in the churn. */
export interface Population {
  readonly restarting: number
  readonly jobs: number
}

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

/** How often, and for how long, a failing dependency is down. */
export const outage = { periodMs: 240_000, downMs: 45_000 } as const

const LONGEST_JOB_MS = 28_000

const born = (key: string, draw: Draw): number => -Math.round(draw.between(2, 90, 'born', key) * HOUR_MS)

/** The period of each member that gives the wanted churn: half of it are restarts, the other half jobs. */
const periodMs = (members: number, churnPerMinute: number): number =>
  (members * MINUTE_MS) / (churnPerMinute / 2)

const jobLife = (key: string, jobs: number, churnPerMinute: number, draw: Draw): Life => {
  // Periods vary, because jobs that all start together would look artificial.
  const period = periodMs(jobs, churnPerMinute) * draw.between(0.8, 1.25, 'job period', key)
  const runMs = Math.min(LONGEST_JOB_MS, 0.5 * period) * draw.between(0.6, 1, 'job lasts', key)
  const offset = draw.between(0, runMs, 'job begins', key)
  // Born early enough that the run before the story has ended when it begins.
  return cyclic({
    bornMs: -2 * period,
    periodMs: period,
    downMs: Math.floor(period - runMs),
    offsetMs: () => Math.floor(offset),
  })
}

const restartLife = (key: string, restarting: number, churnPerMinute: number, draw: Draw): Life => {
  const period = periodMs(restarting, churnPerMinute)
  const downMs = Math.floor(Math.min(draw.between(1500, 6000, 'restart takes', key), 0.3 * period))
  const lastMs = period - downMs
  return cyclic({
    bornMs: born(key, draw),
    periodMs: period,
    downMs,
    offsetMs: (n) => Math.floor(draw.between(0.05, 0.95, 'restart', key, n) * lastMs),
  })
}

/** When a container runs. */
export const lifeOf = (
  service: Service,
  key: string,
  { churnPerMinute }: StoryOptions,
  { restarting, jobs }: Population,
  draw: Draw,
): Life => {
  const isStill = churnPerMinute === 0 || service.stateful === true || service.fails === true
  if (service.deployment === 'job' && churnPerMinute > 0) return jobLife(key, jobs, churnPerMinute, draw)
  return isStill ? endless(born(key, draw)) : restartLife(key, restarting, churnPerMinute, draw)
}

/** When the programs in a container run: as long as the container, unless the service is a failing dependency. */
export const processLifeOf = (service: Service, key: string, life: Life, draw: Draw): Life => {
  if (!service.fails) return life
  const offset = Math.floor(draw.between(0.08, 0.2, 'outage', key) * outage.periodMs)
  return cyclic({ bornMs: born(key, draw), ...outage, offsetMs: () => offset })
}

/** When the host's own programs run. */
export const hostLife = (bootedMs: number): Life => endless(bootedMs + 9000)
