import type { Load } from './load.ts'

const VIEWS = ['containers', 'processes', 'hosts'] as const
const ON_CONTAINERS = (count: number): readonly string[] => Array<string>(count).fill('containers')

/**
 * What an app is asked again and again: how its cost grows with what changes (200 hosts), with those who look on (one view), and with the
 * number of hosts (1,000), and how many bytes a calm second takes (300 containers).
 */
export const standardLoads: readonly Load[] = [
  ...[0.01, 0.1, 1].map((share): Load => ({ hosts: 200, intervalS: 3, share, views: VIEWS })),
  ...[1, 100].map((count): Load => ({ hosts: 200, intervalS: 3, share: 1, views: ON_CONTAINERS(count) })),
  { hosts: 15, intervalS: 1, share: 1, views: VIEWS },
  { hosts: 1000, intervalS: 3, share: 1, views: VIEWS },
]

/** The hosts at which nobody looks and of which nothing changes, but for one number of each. */
export const idleLoad: Load = { hosts: 15, intervalS: 3, share: 0, views: [] }

/** What the options of the bench of an app say, as text; undefined where nothing is said. */
export interface PlanOptions {
  readonly standard: boolean
  readonly hosts: string | undefined
  readonly interval: string
  readonly changing: string
  readonly sockets: string | undefined
  readonly idle: string | undefined
  readonly window: string
}

/** What is measured. */
export interface Plan {
  readonly loads: readonly Load[]
  /** Undefined when it is left out. */
  readonly idle: { readonly windows: number; readonly windowS: number } | undefined
}

const HOSTS = '10,15,50,200,1000'
const IDLE_MINUTES = '60'

const numbers = (option: string, list: string): number[] => {
  const found = list.split(',').map(Number)
  if (!found.every((n) => n > 0)) throw new Error(`--${option} is a list of numbers, not ${list}`)
  return found
}

const one = (option: string, text: string): number => {
  const [found, ...others] = numbers(option, text)
  if (found === undefined || others.length > 0) throw new Error(`--${option} is one number, not ${text}`)
  return found
}

const chosenLoads = ({ hosts = HOSTS, interval, changing, sockets }: PlanOptions): readonly Load[] => {
  const watched =
    sockets === undefined ? [VIEWS] : numbers('sockets', sockets).map((count) => ON_CONTAINERS(count))
  return numbers('interval', interval).flatMap((intervalS) =>
    numbers('hosts', hosts).flatMap((count) =>
      numbers('changing', changing).flatMap((percent) =>
        watched.map((views): Load => ({ hosts: count, intervalS, share: percent / 100, views })),
      ),
    ),
  )
}

/**
 * Who asks for idle minutes, and neither for the standard loads nor for hosts, wants nothing else.
 *
 * @throws Error when an option is not a number, or a list of them
 */
export const planOf = (options: PlanOptions): Plan => {
  const { standard, hosts, window } = options
  const minutes = options.idle ?? (standard ? IDLE_MINUTES : undefined)
  const isIdleAlone = options.idle !== undefined && !standard && hosts === undefined
  const windowS = one('window', window)
  return {
    loads: standard ? standardLoads : isIdleAlone ? [] : chosenLoads(options),
    idle:
      minutes === undefined
        ? undefined
        : { windows: Math.max(1, Math.round((60 * one('idle', minutes)) / windowS)), windowS },
  }
}
