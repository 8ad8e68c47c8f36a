import { describe, expect, it } from 'vitest'
import { checkOnlyOwn } from '../../src/app/reports/only-own.ts'
import { createStory } from '../../src/demo/story.ts'
import { checkConsistency } from '../../src/report/consistency.ts'
import { validateReport } from '../../src/report/encoding/validation.ts'
import { facts } from '../../src/report/facts.ts'
import { defaultLimits } from '../../src/report/limits.ts'
import { probeIdOf } from '../../src/report/proof/proof.ts'
import type { ConnectionRecord, Report } from '../../src/report/schema.ts'

const HOUR_MS = 3_600_000

const check = (report: Report): void => {
  checkConsistency(validateReport(report, defaultLimits))
  checkOnlyOwn(report)
}

const running = ({ nodes }: Report): number =>
  nodes.filter(
    ({ topology, facts: of }) => topology === 'container' && of[facts.containerState] === 'running',
  ).length

describe('a story', () => {
  it('is the same for the same seed, whatever was asked before', () => {
    const once = createStory({ churnPerMinute: 60 })
    for (let tMs = 0; tMs < 300_000; tMs += 1700) once.reportsAt(tMs)
    const again = createStory({ churnPerMinute: 60 })
    for (const tMs of [HOUR_MS, 12_345, 123_456]) expect(again.reportsAt(tMs)).toEqual(once.reportsAt(tMs))
  })

  it('is another for another seed', () => {
    const [one] = createStory({ seed: 'a' }).reportsAt(HOUR_MS)
    const [other] = createStory({ seed: 'b' }).reportsAt(HOUR_MS)
    expect(one?.host.id).not.toBe(other?.host.id)
    expect(one?.envelope.probeId).not.toBe(other?.envelope.probeId)
  })

  it('makes reports that an app takes, over thousands of moments', () => {
    const story = createStory({ churnPerMinute: 60 })
    for (let step = 0; step < 300; step++) for (const report of story.reportsAt(step * 4977)) check(report)
  })

  it('makes a large world of the same shape', () => {
    const reports = createStory({ hosts: 10, containers: 1000, churnPerMinute: 0 }).reportsAt(HOUR_MS)
    for (const report of reports) check(report)
    expect(reports.map(running).reduce((a, b) => a + b)).toBe(1000)
    expect(reports.every(({ omitted }) => omitted.connections + omitted.nodes === 0)).toBe(true)
  })

  it.each([1, 7, 13, 40, 45])('has as many containers as wanted: %i', (containers) => {
    const story = createStory({ hosts: 2, containers, churnPerMinute: 0 })
    expect(
      story
        .reportsAt(1000)
        .map(running)
        .reduce((a, b) => a + b),
    ).toBe(containers)
  })

  it('never counts backwards, as long as a record runs since the same moment', () => {
    const story = createStory({ churnPerMinute: 90 })
    let before = new Map<string, ConnectionRecord>()
    for (let tMs = 0; tMs < 600_000; tMs += 500) {
      const now = new Map<string, ConnectionRecord>()
      for (const report of story.reportsAt(tMs))
        for (const record of report.connections) now.set(`${report.host.id} ${record.id}`, record)
      for (const [id, record] of now) {
        const last = before.get(id)
        if (last?.sinceMs !== record.sinceMs) continue
        for (const counter of [
          'opened',
          'closed',
          'failed',
          'bytesSent',
          'bytesReceived',
          'retransmits',
        ] as const)
          if (record[counter] < last[counter])
            throw new Error(`${counter} of ${id} went from ${last[counter]} to ${record[counter]} at ${tMs}`)
        if (record.lastMs < last.lastMs) throw new Error(`the last moment of ${id} went back at ${tMs}`)
      }
      before = now
    }
    expect(before.size).toBeGreaterThan(100)
  })

  it('keeps what does not change the same object, for a report of what changed to be cheap', () => {
    const story = createStory({ churnPerMinute: 0 })
    const [first] = story.reportsAt(HOUR_MS)
    const [second] = story.reportsAt(HOUR_MS + 1000)
    const known = new Set(first?.nodes)
    const fresh = second?.nodes.filter((node) => !known.has(node)) ?? []
    expect(fresh.every(({ facts: of }) => of[facts.exited] === true)).toBe(true)
  })

  it('has a probe with a key of its own on every host', () => {
    const { hosts } = createStory()
    for (const { probeId, probeKey } of hosts) expect(probeIdOf(probeKey)).toBe(probeId)
    expect(new Set(hosts.map(({ probeId }) => probeId)).size).toBe(3)
  })

  it('restarts containers, and runs short jobs', () => {
    const story = createStory({ churnPerMinute: 30 })
    const states = new Set<string>()
    let restarts = 0
    for (let tMs = 0; tMs < 600_000; tMs += 2000)
      for (const { nodes } of story.reportsAt(tMs))
        for (const { topology, facts: of, labels } of nodes) {
          if (topology !== 'container') continue
          const isJob = labels?.['com.docker.compose.oneoff'] === 'True'
          states.add(`${isJob ? 'job ' : ''}${of[facts.containerState]}`)
          restarts = Math.max(restarts, Number(of[facts.containerRestarts]))
        }
    expect(states).toEqual(new Set(['running', 'exited', 'restarting', 'job running', 'job exited']))
    expect(restarts).toBeGreaterThan(0)
  })
})
