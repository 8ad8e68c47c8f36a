import { byId } from '../../report/delta/by-id.ts'
import type { ConnectionRecord, Report } from '../../report/schema.ts'
import type { HeldReport } from '../held-report.ts'
import type { Rates } from './numbers.ts'
import { type Counts, toldCounts } from './told-counts.ts'

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
  const earlier = finderIn(rateBase)
  return (record) => {
    const told = toldCounts(record, earlier(record.id), rateBase)
    const perSecond = (key: keyof Counts) => (Math.max(0, record[key] - told[key]) * 1000) / intervalMs
    return {
      openedPerSecond: perSecond('opened'),
      failedPerSecond: perSecond('failed'),
      bytesSentPerSecond: perSecond('bytesSent'),
      bytesReceivedPerSecond: perSecond('bytesReceived'),
    }
  }
}

/** Finds records by id; those that are asked for in their order soonest. */
const finderIn = ({ connections }: Report): ((id: string) => ConnectionRecord | undefined) => {
  let next = 0
  return (id) => {
    const likely = connections[next]
    if (likely?.id === id) {
      next++
      return likely
    }
    return byId(connections).get(id)
  }
}
