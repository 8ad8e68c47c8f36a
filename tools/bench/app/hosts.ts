import { setTimeout as sleep } from 'node:timers/promises'
import { createLogger } from '../../../src/log/log.ts'
import { createMerger } from '../../../src/probe/assemble/merger.ts'
import { createReportFeed } from '../../../src/probe/feed/report-feed.ts'
import { startPublisher } from '../../../src/probe/publish/publisher.ts'
import { clusterKey } from '../../../src/state/state-dir.ts'
import { addressOfHost } from './network.ts'
import { createWorld } from './world.ts'

/** What the process of the simulated hosts tells its parent. */
export interface HostsMessage {
  /** Hosts whose reports the app takes at this moment. */
  readonly taken: number
  /** Times since the start that the app began to refuse the reports of a host, or not to answer them; what follows with the same reason is not counted. */
  readonly failures: number
}

const TELL_MS = 250
const AGE_MS = 3_600_000

const [port = '', stateDir = '', hosts = '', intervalS = ''] = process.argv.slice(2)
const intervalMs = 1000 * Number(intervalS)
const key = await clusterKey(stateDir)
const log = { ...createLogger({ format: 'text', debug: false }).child('hosts'), info: () => {} }
const world = createWorld(Number(hosts), {
  ...{ intervalMs, startedAtMs: Date.now() - AGE_MS, historyMs: 15_000 },
})

const states = new Map<string, string>()
let failures = 0
setInterval(() => {
  const taken = [...states.values()].filter((state) => state === 'ok').length
  process.send?.({ taken, failures } satisfies HostsMessage)
}, TELL_MS)

for (const [index, { probeId, probeKey, collect }] of world.hosts.entries()) {
  const address = addressOfHost(index)
  const merge = createMerger()
  const feed = createReportFeed({
    ...{ probeId, intervalMs, log },
    collect: (samplesSinceMs) => merge(collect(AGE_MS + performance.now(), samplesSinceMs)),
  })
  const publisher = startPublisher({
    ...{ probeId, probeKey, clusterKey: key, feed, intervalMs, log },
    target: { url: `http://${address}:${port}`, address, origin: 'local' },
    onStatus() {
      const { state } = publisher.status()
      if (state === 'refused' || state === 'away' || state === 'failed') failures += 1
      states.set(probeId, state)
    },
  })
  // Reports are spread over the interval, as those of real hosts are.
  await sleep(intervalMs / world.hosts.length)
}
