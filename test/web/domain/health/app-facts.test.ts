import { describe, expect, it } from 'vitest'
import type { Health } from '../../../../src/api/types.ts'
import { appFacts } from '../../../../web/domain/health/app-facts.ts'

const MB = 1_000_000
const memory: Health['memory'] = {
  reports: { bytes: 5 * MB, maxBytes: 1024 * MB },
  unverifiedReports: { bytes: 0, maxBytes: MB },
  samples: { bytes: 3 * MB, maxBytes: 256 * MB },
  answers: { bytes: 2 * MB, maxBytes: 64 * MB },
  details: { bytes: 0, maxBytes: MB },
  sending: { bytes: 0, maxBytes: MB },
  heapBytes: 40 * MB,
  rssBytes: 120 * MB,
}

describe('what is told of the app', () => {
  it('is its version, how it fares and what it holds', () => {
    const facts = appFacts({ status: 'ok', version: '1.2.3', probes: 2, memory }, 'alpha')
    expect(facts.map(({ label, value }) => `${label}: ${value.replace(/\s/g, ' ')}`)).toEqual([
      'Version: 1.2.3',
      'Host: alpha',
      'State: well',
      'Memory: 120 MB, of it 40 MB reports and views',
      'Samples: 3 MB of at most 256 MB',
      'Answers kept: 2 MB of at most 64 MB',
    ])
    expect(facts.some(({ tone }) => tone !== undefined)).toBe(false)
  })

  it('is each fault, marked', () => {
    const faults = [{ part: 'events', reason: 'the disk is full', since: '2026-01-01T00:00:00Z' }]
    expect(appFacts({ status: 'degraded', faults }, undefined)).toEqual([
      { label: 'State', value: 'something within it fails', tone: 'warn' },
      { label: 'events', value: 'the disk is full', tone: 'warn' },
    ])
  })

  it('is nothing before it has answered', () => expect(appFacts(undefined, undefined)).toEqual([]))
})
