import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { EventsDocument, ProbeSummary } from '../../src/api/types.ts'
import { builtPrograms } from '../../src/checkout.ts'
import { eventually } from '../support/eventually.ts'
import { describeWith } from '../support/machine/requirements.ts'
import { type RunningScope, startScope } from '../support/scope/running-scope.ts'

const { main } = builtPrograms

/** A goodbye is said once, and given up after a second, which a busy machine may take from it. */
const GOODBYES = 3
/** An app takes a goodbye before the probe that says it has ended, or soon after. */
const TAKEN_WITHIN_MS = 10_000

describeWith(['root'], 'a probe that ends', () => {
  let app: RunningScope
  let probe: ChildProcess | undefined
  beforeAll(async () => {
    // Longer than this test: whatever leaves the map leaves it by a goodbye.
    app = await startScope(['--no-probe', '--app.window=1h'])
  })
  afterAll(async () => {
    if (probe?.exitCode === null) probe.kill('SIGKILL')
    await app?.stop()
  })

  const start = (): ChildProcess => {
    probe = spawn(process.execPath, [main, 'probe', '--no-ebpf', '--probe.docker=false', app.url], {
      env: { ...process.env, SCOPE_STATE_DIR: app.stateDir },
      stdio: 'ignore',
    })
    return probe
  }
  const end = async (running: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
    const ended = once(running, 'exit')
    running.kill(signal)
    await ended
  }
  const probes = () => app.get<ProbeSummary[]>('/api/probes')
  /** Waits for a report of the probe that has been started since. */
  const reports = (since: string) =>
    eventually('a report', async () =>
      (await probes()).some(({ collectors }) => collectors.every((one) => one.since > since)),
    )
  const lost = async () => (await app.get<EventsDocument>('/api/events?kind=probe-lost')).events

  it('takes its host off the map when it is stopped, not when it is killed', async () => {
    const first = start()
    await reports('')
    await end(first, 'SIGKILL')
    expect(await probes()).toHaveLength(1)

    const leaves = async (): Promise<boolean> => {
      const since = new Date().toISOString()
      const next = start()
      await reports(since)
      await end(next, 'SIGTERM')
      const goes = eventually('its host to go', async () => (await probes()).length === 0, TAKEN_WITHIN_MS)
      return goes.catch(() => false)
    }
    let left = false
    for (let tries = 0; tries < GOODBYES && !left; tries++) left = await leaves()
    expect(left).toBe(true)
    const [event] = await eventually('the event', async () => {
      const events = await lost()
      return events.length > 0 && events
    })
    expect(event?.text).toContain('reports no more')
  })
})
