import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import type { RawReports } from '../../../src/api/raw-reports.ts'
import type { Health, ViewDocument } from '../../../src/api/types.ts'
import { createLinks } from '../../../src/demo/connections/links.ts'
import { createDraw } from '../../../src/demo/draw.ts'
import { defaultStory } from '../../../src/demo/options.ts'
import { createPlan } from '../../../src/demo/plan.ts'
import { storyOf } from '../../../src/demo/story.ts'
import { untilAborted } from '../../../src/pacing/until-aborted.ts'
import { clusterKey } from '../../../src/state/state-dir.ts'
import { eventually } from '../../../test/support/eventually.ts'
import { startScope } from '../../../test/support/scope/running-scope.ts'
import { median } from '../../bench/probe/statistics.ts'
import { memory } from '../../bench/probe/usage.ts'
import { type Follower, follow } from './followers.ts'
import { createHeapWatch } from './heap/heap.ts'
import type { HeldAt } from './heap/level.ts'
import { askedView, differences, type Shown, shownFrom, shownOf } from './shown.ts'
import { type Truth, trueViews } from './truth/truth.ts'
import type { ShownMap } from './truth/untrue.ts'
import { createWorld } from './world.ts'

/** How an app is soaked by simulated hosts. */
export interface SimulationOptions {
  /** Most hosts that report at a time. */
  readonly hosts: number
  /** How long containers, connections and hosts come and go, besides the time for looking. */
  readonly churnMs: number
  /** After so long everything is held still, and all views have to be right. */
  readonly roundMs: number
  /** The same seed draws the same hosts. */
  readonly seed: string
  /** Gets each round, in words. */
  readonly say: (line: string) => void
  /** Cuts it off: what it has started ends, then it throws the reason. */
  readonly signal?: AbortSignal
}

/** What came of it. */
export interface SimulationResults {
  /** What the app shows after a round that is not so. */
  readonly wrong: readonly string[]
  /** Resident memory of the app at the end of each round, megabytes. */
  readonly rssMb: readonly number[]
  /**
   * What the app held from time to time, all garbage collected: without its samples of metrics, which take minutes to fill, and as if
   * hosts had always told as much as they did by the median, since hosts that come or go change all that is made of their reports.
   */
  readonly held: readonly HeldAt[]
  /** Views that were looked at. */
  readonly looks: number
}

const FOLLOWED = ['containers', 'containers?group=host', 'processes', 'processes-by-name', 'hosts'] as const
const CONTAINERS_PER_HOST = 20
const INTERVAL_MS = 1000
/** A silent host stays on the map for that long. */
const WINDOW = '5s'
const SETTLES_WITHIN_MS = 60_000
/** Part of the hosts that may go in a round. */
const LEAVING_SHARE = 0.2
const GET_PAUSE_MS = 500
/** How often it is looked at what the app holds: as often as an hour needs, or a minute. */
const LOOKS_AT_MEMORY = 40
const LEAST_BETWEEN_LOOKS_MS = 3000
const LOOKS_AT_ONCE = 2
const BETWEEN_LOOKS_AT_ONCE_MS = 150

/** What views have to be. */
interface Right {
  readonly truth: Truth
  /** As they are made from the reports alone, by how they are asked for. */
  readonly right: ReadonlyMap<string, Shown>
}

const nothingShown: Shown = { nodes: new Map(), edges: new Map() }
const MOST_TOLD = 5

const firstOf = (found: readonly string[]): readonly string[] =>
  found.length > MOST_TOLD
    ? [...found.slice(0, MOST_TOLD), `and is wrong in ${found.length - MOST_TOLD} more ways`]
    : found

const megabytes = (bytes: number | undefined): string =>
  bytes === undefined ? '?' : (bytes / 1e6).toFixed(1)

/** Asks for views one after another, until it is told to stop. */
const keepReading = (url: string): { stop(): Promise<void> } => {
  const stopping = new AbortController()
  const reading = (async () => {
    for (let i = 0; !stopping.signal.aborted; i++) {
      const response = await fetch(`${url}/api/topology/${trueViews[i % trueViews.length]}`)
      await response.arrayBuffer()
      await sleep(GET_PAUSE_MS, undefined, { signal: stopping.signal }).catch(() => {})
    }
  })()
  return {
    async stop() {
      stopping.abort()
      await reading
    },
  }
}

/**
 * Simulated hosts report to an app that is a process of its own, while their containers and connections change, hosts come and go,
 * views are read and followed. After each round everything is held still, and each view has to be that which is made from the hosts'
 * reports alone, and has to show what is so in the simulation ({@link Truth}), nothing else and nothing less: both when it is asked for and
 * by the frames of a socket that has followed it all the while.
 */
export const soakSimulation = async ({
  hosts,
  churnMs,
  roundMs,
  seed,
  say,
  signal = new AbortController().signal,
}: SimulationOptions): Promise<SimulationResults> => {
  const draw = createDraw(seed)
  const heaps = createHeapWatch()
  const scope = await startScope(['--no-probe', `--app.window=${WINDOW}`], { env: heaps.env })
  const options = {
    ...defaultStory,
    ...{ hosts, containers: CONTAINERS_PER_HOST * hosts, churnPerMinute: 60 * hosts, seed },
    ...{ intervalMs: INTERVAL_MS, startedAtMs: Date.now(), historyMs: 15_000 },
  }
  const plan = createPlan(options, createDraw(seed))
  const story = storyOf(plan, createLinks(plan), options)
  const world = createWorld({
    ...{ url: scope.url, clusterKey: await clusterKey(scope.stateDir), plan, story, draw },
  })
  const followers = new Map<string, Follower>()
  const reader = keepReading(scope.url)
  const wrong: string[] = []
  const rssMb: number[] = []
  const held: (HeldAt & { readonly reportBytes: number })[] = []
  let looks = 0
  const churn = async (): Promise<SimulationResults> => {
    const pid = await scope.pidOf('app')
    for (const view of FOLLOWED) followers.set(view, follow(scope.url, view))

    /** Waits until a view is right. @returns what is wrong with it even then */
    const settle = async (
      who: string,
      view: string,
      { truth, right: rightOf }: Right,
      look: () => Promise<ShownMap> | ShownMap,
    ) => {
      looks += 1
      const right = rightOf.get(view) ?? nothingShown
      let found: readonly string[] = []
      await eventually(
        `${view} to be right`,
        async () => {
          const shown = await look()
          found = differences(shownOf(shown), right)
          // What is made of the same reports may be wrong in the same way.
          if (found.length === 0) found = firstOf(truth.untrue(view, shown))
          return found.length === 0
        },
        SETTLES_WITHIN_MS,
      ).catch((error: Error) => {
        if (found.length === 0) found = [error.message]
      })
      return found.map((difference) => `${who}: ${view} ${difference}`)
    }
    const asked = async (view: string): Promise<ShownMap> => {
      const { nodes, edges } = await scope.get<ViewDocument>(`/api/topology/${view}`)
      return { nodes: new Map(Object.entries(nodes)), edges: new Map(Object.entries(edges)) }
    }

    /** What the views have to be while everything is held still. It takes seconds of many hosts, which go on reporting meanwhile. */
    const findRight = async (): Promise<Right> => {
      const truth = world.truth()
      const made = shownFrom(world.reports())
      const right = new Map<string, Shown>()
      for (const view of new Set([...trueViews, ...FOLLOWED])) {
        right.set(view, made(askedView(view)))
        await setImmediate()
      }
      return { truth, right }
    }

    const startedMs = performance.now()
    const lookAtMemory = async (): Promise<void> => {
      const atMs = performance.now() - startedMs
      // What is being sent or derived at a moment is gone at the next.
      let bytes = Number.POSITIVE_INFINITY
      for (let look = 0; look < LOOKS_AT_ONCE; look++) {
        if (look > 0) await sleep(BETWEEN_LOOKS_AT_ONCE_MS)
        bytes = Math.min(bytes, await heaps.heldBytes(pid))
      }
      const { memory } = await scope.get<Health>('/health')
      if (memory === undefined) throw new Error('the app does not tell what it holds')
      held.push({ atMs, bytes: bytes - memory.samples.bytes, reportBytes: memory.reports.bytes })
    }
    const betweenLooksMs = Math.max(LEAST_BETWEEN_LOOKS_MS, churnMs / LOOKS_AT_MEMORY)
    /** Waits, and looks at memory meanwhile. */
    const pass = async (ms: number): Promise<void> => {
      const endsMs = performance.now() + ms
      for (;;) {
        const leftMs = endsMs - performance.now()
        if (leftMs <= 0) return
        await sleep(Math.min(betweenLooksMs, leftMs))
        await lookAtMemory()
      }
    }

    /** All hosts have started at one moment. If the app has reckoned otherwise, it may not know which connections were before which. */
    const startsApart = async (): Promise<string> => {
      const { reports } = await scope.get<RawReports>('/api/report')
      const starts = reports.map(({ startedAt }) => Date.parse(startedAt))
      return `the starts of the hosts are ${Math.max(...starts) - Math.min(...starts)} ms apart`
    }

    for (let spentMs = 0, round = 1; spentMs < churnMs; round++) {
      const lengthMs = Math.min(roundMs, churnMs - spentMs)
      world.rest(false)
      world.join(hosts)
      await pass(lengthMs / 2)
      const left = await world.leave(Math.round(draw.between(0, LEAVING_SHARE * hosts, 'leaving', round)))
      await pass(lengthMs / 2)
      spentMs += lengthMs
      world.rest(true)
      const right = await findRight()
      const found = (
        await Promise.all([
          ...trueViews.map((view) => settle('asked', view, right, () => asked(view))),
          ...Array.from(followers, ([view, follower]) => settle('followed', view, right, () => follower)),
        ])
      ).flat()
      for (const [view, follower] of followers)
        if (follower.failure()) found.push(`followed: ${view} ${follower.failure()?.message}`)
      if (found.length > 0) found.push(await startsApart())
      wrong.push(...found)
      rssMb.push(memory(pid).rssMb)
      say(
        `round ${round}: ${world.size} hosts, ${left} left, ${rssMb.at(-1)?.toFixed(0)} MB resident, ${megabytes(held.at(-1)?.bytes)} MB held, ${found.length} differences`,
      )
      for (const difference of found) say(`  ${difference}`)
    }
    const usualBytes = median(held.map(({ reportBytes }) => reportBytes))
    const ofUsualSize = held.map(({ atMs, bytes, reportBytes }) => ({
      atMs,
      bytes: (bytes * usualBytes) / reportBytes,
    }))
    return { wrong, rssMb, held: ofUsualSize, looks }
  }
  try {
    return await untilAborted(churn(), signal)
  } finally {
    await reader.stop()
    for (const follower of followers.values()) follower.close()
    await world.close()
    await scope.stop()
    heaps.close()
  }
}
