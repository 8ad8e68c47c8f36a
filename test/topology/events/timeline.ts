import { facts } from '../../../src/report/facts.ts'
import type { Address, ConnectionRecord, Fact, ReportNode } from '../../../src/report/schema.ts'
import { EventDeriver } from '../../../src/topology/events/deriver.ts'
import type { EventDraft } from '../../../src/topology/events/draft.ts'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import { Pipeline } from '../../../src/topology/pipeline/pipeline.ts'
import { hostNamer } from '../../../src/topology/reports/host-names.ts'
import { containerNode, held, hostNode, processNode, report } from '../../support/reports/reports.ts'

/** What a host has at one moment. */
export interface Scene {
  readonly nodes?: readonly ReportNode[]
  readonly connections?: readonly ConnectionRecord[]
  readonly addresses?: readonly Address[]
  readonly epoch?: string
}

/** A deriver with all that it needs. */
export const newDeriver = (): EventDeriver => {
  const pipeline = new Pipeline()
  return new EventDeriver(() => pipeline)
}

/**
 * Tells a deriver what is there at which second; absent hosts are silent. Hosts `web~1` and `web~2` are both called `web`, and so they are told
 * apart by their ids as long as both report.
 */
export const timeline = () => {
  const pipeline = new Pipeline()
  let placings = 0
  const deriver = new EventDeriver(() => {
    placings++
    return pipeline
  })
  const tellApart = hostNamer()
  let seq = 0
  const last = new Map<string, HeldReport>()
  return {
    deriver,
    /** How often the ends of connections were found out. */
    get placings() {
      return placings
    },
    /** @param scenes by host; `same` = no new report came */
    at(second: number, scenes: Readonly<Record<string, Scene | 'same'>>, mayPlace = true): EventDraft[] {
      for (const host of [...last.keys()]) if (!(host in scenes)) last.delete(host)
      for (const [host, scene] of Object.entries(scenes)) {
        if (scene === 'same') continue
        seq += 1
        const { nodes = [], ...rest } = scene
        last.set(
          host,
          held(report({ host, seq, uptimeMs: second * 1000, nodes: [hostNode(host), ...nodes], ...rest }), {
            startedAtMs: 0,
          }),
        )
      }
      return deriver.next(tellApart([...last.values()]), second * 1000, mayPlace)
    },
  }
}

/** A running container that began at a moment. */
export const running = (name: string, startedAt: string, more: { id?: string; host?: string } = {}) => {
  const node = containerNode(more.host ?? 'alpha', more.id ?? name, {
    facts: { [facts.containerStarted]: startedAt },
  })
  return { ...node, name }
}

/** A container that does not run. */
export const stopped = (name: string, exitCode: number): ReportNode =>
  containerNode('alpha', name, { state: 'exited', facts: { [facts.containerExitCode]: exitCode } })

/** A process that listens. */
export const server = (pid: number, name: string, more: Record<string, Fact> = {}): ReportNode =>
  processNode('alpha', pid, { name, facts: { [facts.listeningAddresses]: ['0.0.0.0:80'], ...more } })

/** Kind and text of each. */
export const told = (drafts: readonly EventDraft[]): string[] =>
  drafts.map(({ kind, text }) => `${kind}: ${text}`)
