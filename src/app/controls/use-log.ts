import type { EventNode } from '../../api/types.ts'
import type { AuditLog } from '../../audit/audit-log.ts'
import type { Guard } from '../../log/faults.ts'
import { createDueTimer } from '../../pacing/due-timer.ts'
import type { ControlDescription } from '../../report/control/control.ts'
import { type ControlUses, controlUsed } from '../../topology/events/control-used.ts'
import type { EventDraft } from '../../topology/events/draft.ts'

/** A use of a control, and what came of it. */
export interface ControlUsed {
  /** As the audit log names them, and where they are. */
  readonly who: string
  readonly from: string
  readonly control: Pick<ControlDescription, 'id' | 'label' | 'opens'>
  readonly node: EventNode
  readonly result: 'done' | 'refused' | 'failed'
  /** Why it was refused, or failed. */
  readonly reason?: string
}

/** Tells of all uses of controls in the audit log, and in events of those that were done. Reading logs is no event. */
export interface UseLog {
  record(used: ControlUsed): void
  stop(): void
}

/** What {@link createUseLog} needs. */
export interface UseLogOptions {
  readonly audit: Pick<AuditLog, 'record'>
  readonly tell: (event: EventDraft) => void
  readonly guard: Guard
  /** Monotonic, in ms since 1970. */
  readonly nowMs: () => number
}

/** So long are uses gathered into one event: whoever acts on many nodes at once sends a request for each. */
const GATHER_MS = 500

/** See {@link UseLog}. */
export const createUseLog = ({ audit, tell, guard, nowMs }: UseLogOptions): UseLog => {
  const gathered = new Map<string, ControlUses & { readonly nodes: EventNode[] }>()
  const timer = createDueTimer({
    nextDueMs: () => Math.min(...Array.from(gathered.values(), ({ atMs }) => atMs + GATHER_MS)),
    due: () => {
      for (const [key, uses] of gathered) {
        if (uses.atMs + GATHER_MS > nowMs()) continue
        gathered.delete(key)
        tell(controlUsed(uses))
      }
    },
    guarded: (job) => guard('tell of controls that were used', job),
    nowMs,
  })
  const gather = ({ who, control, node }: ControlUsed): void => {
    const key = JSON.stringify([who, control.id])
    const known = gathered.get(key)
    if (known !== undefined) known.nodes.push(node)
    else gathered.set(key, { who, label: control.label, atMs: nowMs(), nodes: [node] })
    timer.look()
  }

  return {
    record(used) {
      const { who, from, control, node, result, reason } = used
      audit.record({
        who,
        from,
        action: control.id,
        target: `${node.label} (${node.id})`,
        result,
        ...(reason === undefined ? {} : { reason }),
      })
      if (result === 'done' && control.opens !== 'logs') gather(used)
    },
    stop: () => timer.stop(),
  }
}
