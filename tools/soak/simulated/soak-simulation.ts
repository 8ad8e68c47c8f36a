import { setTimeout as sleep } from 'node:timers/promises'
import type { RawReports } from '../../../src/api/raw-reports.ts'
import type { ViewDocument } from '../../../src/api/types.ts'
import { createDraw } from '../../../src/demo/draw.ts'
import { createStory } from '../../../src/demo/story.ts'
import { untilAborted } from '../../../src/pacing/until-aborted.ts'
import { clusterKey } from '../../../src/state/state-dir.ts'
import { eventually } from '../../../test/support/eventually.ts'
import { startScope } from '../../../test/support/scope/running-scope.ts'
import { memory } from '../../bench/probe/usage.ts'
import { type Follower, follow } from './followers.ts'
import { differences, type Shown, shownFrom, shownOf } from './shown.ts'
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
  /** Views that were looked at. */
  readonly looks: number
}

const VIEWS = ['containers', 'containers-by-image', 'processes', 'processes-by-name', 'hosts'] as const
const FOLLOWED = ['containers', 'processes', 'hosts'] as const
const CONTAINERS_PER_HOST = 20
const INTERVAL_MS = 1000
/** A silent host stays on the map for that long. */
const WINDOW = '5s'
const SETTLES_WITHIN_MS = 60_000
/** Part of the hosts that may go in a round. */
const LEAVING_SHARE = 0.2
const GET_PAUSE_MS = 500

/** Asks for views one after another, until it is told to stop. */
const keepReading = (url: string): { stop(): Promise<void> } => {
  const stopping = new AbortController()
  const reading = (async () => {
    for (let i = 0; !stopping.signal.aborted; i++) {
      const response = await fetch(`${url}/api/topology/${VIEWS[i % VIEWS.length]}`)
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
 * reports alone, both when it is asked for and by the frames of a socket that has followed it all the while.
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
  const scope = await startScope(['--no-probe', `--app.window=${WINDOW}`])
  const story = createStory({
    ...{ hosts, containers: CONTAINERS_PER_HOST * hosts, churnPerMinute: 60 * hosts, seed },
    ...{ intervalMs: INTERVAL_MS, startedAtMs: Date.now(), historyMs: 15_000 },
  })
  const world = createWorld({ url: scope.url, clusterKey: await clusterKey(scope.stateDir), story, draw })
  const followers = new Map<string, Follower>()
  const reader = keepReading(scope.url)
  const wrong: string[] = []
  const rssMb: number[] = []
  let looks = 0
  const churn = async (): Promise<SimulationResults> => {
    const pid = await scope.pidOf('app')
    for (const view of FOLLOWED) followers.set(view, follow(scope.url, view))

    /** Waits until a view is right. @returns what is wrong with it even then */
    const settle = async (who: string, view: string, look: () => Promise<Shown> | Shown) => {
      looks += 1
      const right = shownFrom(world.truth(), view)
      let found: readonly string[] = []
      await eventually(
        `${view} to be right`,
        async () => {
          found = differences(await look(), right)
          return found.length === 0
        },
        SETTLES_WITHIN_MS,
      ).catch((error: Error) => {
        if (found.length === 0) found = [error.message]
      })
      return found.map((difference) => `${who}: ${view} ${difference}`)
    }
    const asked = async (view: string): Promise<Shown> => {
      const { nodes, edges } = await scope.get<ViewDocument>(`/api/topology/${view}`)
      return shownOf({ nodes: new Map(Object.entries(nodes)), edges: new Map(Object.entries(edges)) })
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
      await sleep(lengthMs / 2)
      const left = await world.leave(Math.round(draw.between(0, LEAVING_SHARE * hosts, 'leaving', round)))
      await sleep(lengthMs / 2)
      spentMs += lengthMs
      world.rest(true)
      const found = (
        await Promise.all([
          ...VIEWS.map((view) => settle('asked', view, () => asked(view))),
          ...Array.from(followers, ([view, follower]) => settle('followed', view, () => shownOf(follower))),
        ])
      ).flat()
      for (const [view, follower] of followers)
        if (follower.failure()) found.push(`followed: ${view} ${follower.failure()?.message}`)
      if (found.length > 0) found.push(await startsApart())
      wrong.push(...found)
      rssMb.push(memory(pid).rssMb)
      say(
        `round ${round}: ${world.size} hosts, ${left} left, ${rssMb.at(-1)?.toFixed(0)} MB, ${found.length} differences`,
      )
      for (const difference of found) say(`  ${difference}`)
    }
    return { wrong, rssMb, looks }
  }
  try {
    return await untilAborted(churn(), signal)
  } finally {
    await reader.stop()
    for (const follower of followers.values()) follower.close()
    await world.close()
    await scope.stop()
  }
}
