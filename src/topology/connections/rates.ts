import type { ConnectionRecord, Report } from '../../report/schema.ts'
import type { HeldReport } from '../held-report.ts'
import type { Rates } from './numbers.ts'

const noRates: Rates = {
  openedPerSecond: 0,
  failedPerSecond: 0,
  bytesSentPerSecond: 0,
  bytesReceivedPerSecond: 0,
}

/**
 * Computes the rates of connection records from the difference between a report and its rate base. A record that the
 * base does not have, or has with another `sinceMs`, started from zero within the interval. All rates are 0 when
 * there is no base of the same epoch.
 */
export const ratesAgainstBase = ({
  report,
  rateBase,
}: Pick<HeldReport, 'report' | 'rateBase'>): ((record: ConnectionRecord) => Rates) => {
  if (rateBase === undefined || rateBase.envelope.epoch !== report.envelope.epoch) return () => noRates
  const intervalMs = report.envelope.uptimeMs - rateBase.envelope.uptimeMs
  if (intervalMs <= 0) return () => noRates
  const earlier = recordsById(rateBase)
  return (record) => {
    const before = earlier.get(record.id)
    const base = before?.sinceMs === record.sinceMs ? before : undefined
    const perSecond = (key: 'opened' | 'failed' | 'bytesSent' | 'bytesReceived') =>
      (Math.max(0, record[key] - (base?.[key] ?? 0)) * 1000) / intervalMs
    return {
      openedPerSecond: perSecond('opened'),
      failedPerSecond: perSecond('failed'),
      bytesSentPerSecond: perSecond('bytesSent'),
      bytesReceivedPerSecond: perSecond('bytesReceived'),
    }
  }
}

const recordsById = (report: Report): ReadonlyMap<string, ConnectionRecord> =>
  new Map(report.connections.map((record) => [record.id, record]))
