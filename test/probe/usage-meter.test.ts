import { expect, it } from 'vitest'
import { createUsageMeter, type UsageReading } from '../../src/probe/usage-meter.ts'

it('tells the share of a core over whole windows', () => {
  let reading: UsageReading = { cpuMs: 500, rssBytes: 10, uptimeMs: 1000 }
  const measure = createUsageMeter(() => reading, 10_000)
  const at = (uptimeMs: number, cpuMs: number) => {
    reading = { cpuMs, rssBytes: 20, uptimeMs }
    return measure()
  }
  expect(at(1000, 500)).toEqual({ cpuMs: 500, cpuPercent: null, rssBytes: 20 })
  expect(at(6000, 1500).cpuPercent).toBe(null)
  expect(at(11_000, 1500).cpuPercent).toBe(10)
  expect(at(12_000, 2500).cpuPercent).toBe(10)
  expect(at(31_000, 2500).cpuPercent).toBe(5)
  expect(at(41_000, 2500.4)).toEqual({ cpuMs: 2500, cpuPercent: 0, rssBytes: 20 })
})
