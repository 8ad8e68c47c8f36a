import type { AuditLog } from '../../audit/audit-log.ts'
import type { Order } from '../../report/proof/order.ts'

/** Writes what became of the orders of one app into the probe's own audit log. What only reads is not written. */
export interface OrderAudit {
  /** An order that is genuine and not allowed. */
  refused(order: Order, nodeId: string | undefined, reason: string): void
  done(order: Order, nodeId: string | undefined): void
  failed(order: Order, nodeId: string | undefined, reason: string): void
  /** A frame that is no order of the app for this channel, after which the channel is closed. */
  forged(reason: string): void
}

/** @param app URL of the app that gives the orders */
export const createOrderAudit = (audit: Pick<AuditLog, 'record'>, app: string): OrderAudit => {
  const write = (
    { person, method }: Order,
    nodeId: string | undefined,
    result: 'done' | 'refused' | 'failed',
    reason?: string,
  ): void =>
    audit.record({
      who: person,
      from: app,
      action: method,
      ...(nodeId !== undefined && { target: nodeId }),
      result,
      ...(reason !== undefined && { reason }),
    })
  return {
    refused: (order, nodeId, reason) => write(order, nodeId, 'refused', reason),
    done: (order, nodeId) => write(order, nodeId, 'done'),
    failed: (order, nodeId, reason) => write(order, nodeId, 'failed', reason),
    forged: (reason) =>
      audit.record({ who: '', from: app, action: 'refused', target: 'order', result: 'refused', reason }),
  }
}
