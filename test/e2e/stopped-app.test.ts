import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { EventsDocument, ProbeSummary } from '../../src/api/types.ts'
import { livingRecord } from '../../src/cli/parts/parts.ts'
import { eventually } from '../support/eventually.ts'
import { describeWith } from '../support/machine/requirements.ts'
import { type RunningScope, startScope } from '../support/scope/running-scope.ts'

/** A probe that a busy machine keeps waiting for some seconds is not silent. */
const WINDOW_S = 10

describeWith(['root'], 'an app that was stopped for longer than probes may be silent', () => {
  let scope: RunningScope
  beforeAll(async () => {
    scope = await startScope(['--no-ebpf', '--probe.docker=false', `--app.window=${WINDOW_S}s`])
  })
  afterAll(() => scope?.stop())

  const probes = () => scope.get<ProbeSummary[]>('/api/probes')
  const lost = async () => (await scope.get<EventsDocument>('/api/events?kind=probe-lost')).events
  const pidOf = (part: 'app' | 'probe'): number => {
    const pid = livingRecord(scope.stateDir, part)?.pid
    if (pid === undefined) throw new Error(`there is no ${part}`)
    return pid
  }

  it('has its map as before when it goes on, as after a sleep of the machine', async () => {
    const [before] = await eventually('a report', async () => {
      const all = await probes()
      return all.length > 0 && all
    })
    process.kill(pidOf('app'), 'SIGSTOP')
    try {
      await sleep(2000 * WINDOW_S)
    } finally {
      process.kill(pidOf('app'), 'SIGCONT')
    }
    await eventually('a later report', async () => {
      const [now] = await probes()
      return now !== undefined && before !== undefined && now.lastSeen > before.lastSeen
    })
    expect(await lost()).toEqual([])
  })

  it('still takes a probe for silent that is', async () => {
    process.kill(pidOf('probe'), 'SIGSTOP')
    try {
      await eventually('the event', async () => (await lost()).length > 0)
      expect(await probes()).toEqual([])
    } finally {
      process.kill(pidOf('probe'), 'SIGCONT')
    }
  })
})
