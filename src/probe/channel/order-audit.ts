import type { AuditLog } from '../../audit/audit-log.ts'
import type { ControlParams } from '../../report/control/control.ts'

/** The use of a control, as it is written down: without its arguments, since these may hold secrets. */
export type AuditedUse = Pick<ControlParams, 'control' | 'nodeId'> & { readonly person: string }

/** How a terminal or log ended. */
export interface SessionEnd {
  /** Why it failed; undefined when it did not. */
  readonly failure: string | undefined
  /** Why it was ended from outside; undefined when it ended by itself. */
  readonly remark: string | undefined
}

/** Writes what became of the orders of one app into the probe's own audit log. What only reads is not written. */
export interface OrderAudit {
  /** An order that is genuine and not allowed. */
  refused(use: AuditedUse, reason: string): void
  /** It was done; or a terminal or log was opened, whose end is written, too. @param remark what is to be added */
  done(use: AuditedUse, remark?: string): void
  failed(use: AuditedUse, reason: string): void
  /** What was opened has ended. */
  ended(use: AuditedUse, durationMs: number, how: SessionEnd): void
  /** A frame that the app may not send on this channel, after which the channel is closed. */
  forged(reason: string): void
}

/** @param app URL of the app that gives the orders */
export const createOrderAudit = (audit: Pick<AuditLog, 'record'>, app: string): OrderAudit => {
  const write = (
    { person, control, nodeId }: AuditedUse,
    result: 'done' | 'refused' | 'failed',
    reason?: string,
  ): void =>
    audit.record({
      who: person,
      from: app,
      action: control,
      target: nodeId,
      result,
      ...(reason !== undefined && { reason }),
    })
  return {
    refused: (use, reason) => write(use, 'refused', reason),
    done: (use, remark) => write(use, 'done', remark),
    failed: (use, reason) => write(use, 'failed', reason),
    ended: ({ person, control, nodeId }, durationMs, { failure, remark }) => {
      const reason = failure ?? remark
      audit.record({
        who: person,
        from: app,
        action: `${control}:end`,
        target: nodeId,
        result: failure === undefined ? 'done' : 'failed',
        ...(reason !== undefined && { reason }),
        durationMs: Math.round(durationMs),
      })
    },
    forged: (reason) =>
      audit.record({ who: '', from: app, action: 'refused', target: 'order', result: 'refused', reason }),
  }
}
