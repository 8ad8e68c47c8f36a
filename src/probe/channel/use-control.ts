import { describeError } from '../../log/log.ts'
import { untilAborted } from '../../pacing/until-aborted.ts'
import { type ControlParams, controlParamsSchema } from '../../report/control/control.ts'
import type { Order } from '../../report/proof/order.ts'
import type { ReportNode } from '../../report/schema.ts'
import type { Control, ControlOutcome } from '../controls/control.ts'
import type { ControlGuard } from '../controls/control-guard.ts'
import { parseParams, RequestError } from './methods.ts'
import type { AuditedUse, OrderAudit } from './order-audit.ts'

/** By what the use of a control is decided and written down. */
export interface ControlSurroundings {
  /** The controls of all collectors. */
  readonly controls: () => readonly Control[]
  readonly guard: ControlGuard
  readonly audit: OrderAudit
}

/** A control that may be used. */
export interface AllowedUse {
  readonly control: Control
  readonly params: ControlParams
  /** The node that it is used on, as it was last reported. */
  readonly node: ReportNode
  readonly use: AuditedUse
}

/**
 * Finds out whether an order to use a control is carried out. A refusal is written down.
 *
 * @param opens whether a stream was asked for
 * @throws {RequestError} when it is not
 */
export const allowUse = (
  { person, params: given }: Pick<Order, 'person' | 'params'>,
  opens: boolean,
  { controls, guard, audit }: ControlSurroundings,
): AllowedUse => {
  const params = parseParams(controlParamsSchema, given)
  const { control: id, nodeId, incarnation } = params
  const use = { control: id, nodeId, person }
  const refuse = (code: string, reason: string): never => {
    audit.refused(use, reason)
    throw new RequestError(code, reason)
  }
  const control = controls().find((one) => one.id === id)
  if (control === undefined) return refuse('unknown_control', `this probe has no control ${id}`)
  const verdict = guard(control, nodeId, incarnation)
  if (verdict.refusal !== undefined) return refuse(verdict.refusal.code, verdict.refusal.reason)
  if (opens !== (control.opens !== undefined))
    return refuse(
      'invalid_order',
      `${id} ${opens ? 'opens nothing' : 'opens a stream, which was not asked for'}`,
    )
  return { control, params, node: verdict.node, use }
}

/**
 * Uses a control, and writes down what came of it.
 *
 * @param signal aborted when the app has given up, or time is over; its reason is thrown
 * @throws what the control throws
 */
export const runControl = async (
  { control, params, node, use }: AllowedUse,
  signal: AbortSignal,
  audit: OrderAudit,
): Promise<ControlOutcome> => {
  const { nodeId, args } = params
  const late = ({ opened }: ControlOutcome): void => {
    opened?.abandon()
    audit.done(
      use,
      opened === undefined ? 'after it had been given up' : 'after it had been given up; ended at once',
    )
  }
  try {
    const work = (async () => control.run({ nodeId, node, args, signal }))()
    const outcome = await untilAborted(work, signal, late)
    if (control.opens !== undefined && outcome.opened === undefined)
      throw new Error(`${control.id} opened nothing`)
    audit.done(use)
    return outcome
  } catch (error) {
    audit.failed(use, describeError(error))
    throw error
  }
}
