import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import type { StoryHost } from '../../../src/demo/story.ts'
import { createLogger } from '../../../src/log/log.ts'
import { startPublisher } from '../../../src/probe/publish/publisher.ts'
import { clusterKey } from '../../../src/state/state-dir.ts'
import { createBeacons } from './beacons.ts'
import { createResting } from './changing.ts'
import { addressOfHost } from './network.ts'
import { type PostCounts, watchPosts } from './posts.ts'
import { prepare } from './prepared/prepare.ts'
import { createPreparedFeed } from './prepared/prepared-feed.ts'
import { createPreparedHost } from './prepared/prepared-host.ts'
import { createWriter } from './prepared/writer.ts'
import { createWorld } from './world.ts'

/** What the process of the simulated hosts tells its parent again and again. */
export interface HostsMessage {
  /** Hosts whose reports the app takes at this moment. */
  readonly taken: number
  /** Since the start. */
  readonly posts: PostCounts
  /** Beacons of reports that were sent since the last message, with the time of each. */
  readonly sent: readonly (readonly [beacon: number, atMs: number])[]
}

const TELL_MS = 250
const AGE_MS = 3_600_000

const [port = '', stateDir = '', hosts = '', intervalS = '', share = ''] = process.argv.slice(2)
const intervalMs = 1000 * Number(intervalS)
const key = await clusterKey(stateDir)
// The bench counts what is refused.
const quiet = { info: () => {}, warn: () => {} }
const log = { ...createLogger({ format: 'text', debug: false }).child('hosts'), ...quiet }
const options = { intervalMs, startedAtMs: Date.now() - AGE_MS, historyMs: 15_000 }
const writer = createWriter()

const states = new Map<string, string>()
/** Of the report that each host has made last, by the host's address. */
const beacons = new Map<string, number | undefined>()
let sent: [number, number][] = []
const posts = watchPosts((address, atMs) => {
  const beacon = beacons.get(address)
  if (beacon !== undefined) sent.push([beacon, atMs])
})
setInterval(() => {
  const taken = [...states.values()].filter((state) => state === 'ok').length
  process.send?.({ taken, posts: posts(), sent } satisfies HostsMessage)
  sent = []
}, TELL_MS)

/** All that is to be known of a host to report for it; the world is not needed any more. */
const makeReady = ({ probeId, probeKey, ...host }: StoryHost) => ({
  ...{ probeId, probeKey },
  prepared: createPreparedHost(
    prepare({ probeId, ...host }, AGE_MS, intervalMs, createResting(Number(share))),
    writer,
  ),
})

const ready: ReturnType<typeof makeReady>[] = []
for (const host of createWorld(Number(hosts), options).hosts) {
  ready.push(makeReady(host))
  // What it was prepared from may go, and the parent be told.
  await setImmediate()
}

for (const [index, { probeId, probeKey, prepared }] of ready.entries()) {
  const address = addressOfHost(index)
  const next = createBeacons(index, ready.length)
  const startedAtMs = performance.now()
  const feed = createPreparedFeed({
    ...{ probeId, prepared, intervalMs },
    uptimeMs: () => AGE_MS + performance.now() - startedAtMs,
    beacon(hasSamples) {
      const beacon = hasSamples ? next() : undefined
      beacons.set(address, beacon)
      return beacon
    },
  })
  const publisher = startPublisher({
    ...{ probeId, probeKey, clusterKey: key, feed, intervalMs, log },
    target: { url: `http://${address}:${port}`, address, origin: 'local' },
    onStatus: () => states.set(probeId, publisher.status().state),
  })
  // Reports are spread over the interval, as those of real hosts are.
  await sleep(intervalMs / ready.length)
}
