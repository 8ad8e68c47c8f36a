import type { Report } from '../report/schema.ts'
import { version } from '../version.ts'

/** The probe's own CPU time and memory, without what it used before it started to probe. */
export const ownUsage = (): Report['probe'] => {
  const { user, system } = process.cpuUsage()
  return { version, pid: process.pid, cpuMs: (user + system) / 1000, rssBytes: process.memoryUsage.rss() }
}
