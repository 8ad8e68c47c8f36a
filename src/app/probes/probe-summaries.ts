import type { ProbeSummary } from '../../api/types.ts'
import type { HeldReport } from '../../topology/held-report.ts'

/**
 * The answer to `GET /api/probes`: each probe with the state of its collectors.
 *
 * @param nowMs on the clock of `arrivedAtMs`
 */
export const probeSummaries = (held: readonly HeldReport[], nowMs: number): ProbeSummary[] =>
  held.map((one) => summaryOf(one, nowMs))

const summaryOf = (held: HeldReport, nowMs: number): ProbeSummary => {
  const { report, startedAtMs, arrivedAtMs, clockSkewMs, verified } = held
  const { envelope, host, probe, status, omitted } = report
  return {
    id: envelope.probeId,
    hostname: host.name,
    hostId: host.id,
    version: probe.version,
    lastSeen: new Date(arrivedAtMs).toISOString(),
    ageMs: Math.max(0, Math.round(nowMs - arrivedAtMs)),
    intervalMs: envelope.intervalMs,
    ...(clockSkewMs !== undefined && { clockSkewMs }),
    verified,
    cpuPercent: cpuPercentOf(held),
    rssBytes: probe.rssBytes,
    collectors: status.map(({ id, mode, state, reason, sinceMs, counters }) => ({
      id,
      mode,
      state,
      reason,
      since: new Date(startedAtMs + sinceMs).toISOString(),
      counters,
    })),
    omitted,
  }
}

const cpuPercentOf = ({ report, rateBase }: HeldReport): number | null => {
  if (rateBase === undefined) return null
  const cpuMs = report.probe.cpuMs - rateBase.probe.cpuMs
  const wallMs = report.envelope.uptimeMs - rateBase.envelope.uptimeMs
  return Math.max(0, Math.round((10_000 * cpuMs) / wallMs) / 100)
}
