import { createDraw } from '../../../src/demo/draw.ts'
import type { Collected } from '../../../src/probe/assemble/merger.ts'
import type { ConnectionRecord, Metric } from '../../../src/report/schema.ts'

/**
 * Lets only a share of what a host tells move: the metrics of a node, and each connection record, either move as they did or stay as they
 * were told first. A metric that rests is sampled all the same.
 *
 * @param share from 0 to 1
 * @returns call it with each moment, one after the other
 */
export const createResting = (share: number): ((collected: Collected) => Collected) => {
  if (share >= 1) return (collected) => collected
  const draw = createDraw('resting')
  const known = new Map<string, boolean>()
  const rests = (id: string): boolean => {
    const is = known.get(id) ?? draw.between(0, 1, id) >= share
    known.set(id, is)
    return is
  }
  const values = new Map<string, number>()
  const records = new Map<string, ConnectionRecord>()

  const metric = (told: Metric): Metric => {
    const first = told.samples[0]
    if (first === undefined || !rests(told.node)) return told
    const key = `${told.node} ${told.id}`
    const value = values.get(key) ?? first[1]
    values.set(key, value)
    return { ...told, samples: told.samples.map(([ageMs]) => [ageMs, value]) }
  }
  const connection = (told: ConnectionRecord): ConnectionRecord => {
    if (!rests(told.id)) return told
    const record = records.get(told.id) ?? told
    records.set(told.id, record)
    return record
  }
  return (collected) => ({
    ...collected,
    contributions: collected.contributions.map((one) => ({
      ...one,
      metrics: one.metrics.map(metric),
      connections: one.connections.map(connection),
    })),
  })
}
