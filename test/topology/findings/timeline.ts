import type { FindingsDocument } from '../../../src/api/types.ts'
import type { EdgeRecords } from '../../../src/topology/edges/edge-records.ts'
import { Finder } from '../../../src/topology/findings/finder.ts'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import { Pipeline } from '../../../src/topology/pipeline/pipeline.ts'
import { hostNamer } from '../../../src/topology/reports/host-names.ts'
import { held, hostNode, type ReportParts, report } from '../../support/reports/reports.ts'

/** What a probe reports at a moment, and how the app holds it. */
export interface Scene extends ReportParts {
  readonly verified?: boolean
  readonly clockSkewMs?: number
}

/**
 * Tells a finder what there is at which second; absent hosts are silent, or have said goodbye. Hosts `web~1` and `web~2` are both called `web`,
 * and so they are told apart by their ids as long as both report.
 */
export const timeline = () => {
  const pipeline = new Pipeline()
  const finder = new Finder(() => pipeline)
  const tellApart = hostNamer()
  let seq = 0
  const last = new Map<string, HeldReport>()
  return {
    finder,
    /** Since when records of alpha fail. */
    since(ids: readonly string[], part: EdgeRecords['part']): number | undefined {
      const all = [...last.values()]
      const { probeId = '', epoch = '' } = all[0]?.report.envelope ?? {}
      const records = { probeId, epoch, hostname: 'alpha', part, whole: true, ids }
      return finder.failingSinceMs([records], all)
    },
    /** @param scenes by host; `same` = no new report came */
    at(second: number, scenes: Readonly<Record<string, Scene | 'same'>>, mayPlace = true): FindingsDocument {
      for (const host of [...last.keys()]) if (!(host in scenes)) last.delete(host)
      for (const [host, scene] of Object.entries(scenes)) {
        if (scene === 'same') continue
        seq += 1
        const { nodes = [], verified = true, clockSkewMs, ...rest } = scene
        const parts = { host, seq, uptimeMs: second * 1000, nodes: [hostNode(host), ...nodes], ...rest }
        const skew = clockSkewMs === undefined ? {} : { clockSkewMs }
        last.set(host, held(report(parts), { startedAtMs: 0, verified, ...skew }))
      }
      return finder.next(tellApart([...last.values()]), second * 1000, mayPlace)
    },
  }
}

/** Their texts; those that have ended are marked. */
export const texts = ({ findings }: FindingsDocument): string[] =>
  findings.map(({ text, ended }) => (ended === undefined ? text : `(${text})`))
