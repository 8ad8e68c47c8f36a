import { findInOrder } from '../../report/delta/find-in-order.ts'
import type { ConnectionRecord } from '../../report/schema.ts'
import type { HeldReport } from '../held-report.ts'
import type { Rates } from './numbers.ts'
import { toldCounts } from './told-counts.ts'

const noRates: Rates = {
  openedPerSecond: 0,
  failedPerSecond: 0,
  bytesSentPerSecond: 0,
  bytesReceivedPerSecond: 0,
}

/**
 * Computes the rates of connection records from the difference between a report and its rate base. A record that the
 * base does not have, or that has begun anew since, started from zero within the interval, except for what the base has by
 * records that were added to it. All rates are 0 when there is no base of the same epoch.
 */
export const ratesAgainstBase = ({
  report,
  rateBase,
}: Pick<HeldReport, 'report' | 'rateBase'>): ((record: ConnectionRecord) => Rates) => {
  if (rateBase === undefined || rateBase.envelope.epoch !== report.envelope.epoch) return () => noRates
  const intervalMs = report.envelope.uptimeMs - rateBase.envelope.uptimeMs
  if (intervalMs <= 0) return () => noRates
  const earlier = findInOrder(rateBase.connections)
  return (record) => {
    const told = toldCounts(record, earlier(record.id), rateBase)
    return {
      openedPerSecond: perSecond(record.opened, told.opened, intervalMs),
      failedPerSecond: perSecond(record.failed, told.failed, intervalMs),
      bytesSentPerSecond: perSecond(record.bytesSent, told.bytesSent, intervalMs),
      bytesReceivedPerSecond: perSecond(record.bytesReceived, told.bytesReceived, intervalMs),
    }
  }
}

const perSecond = (now: number, before: number, intervalMs: number): number =>
  (Math.max(0, now - before) * 1000) / intervalMs
