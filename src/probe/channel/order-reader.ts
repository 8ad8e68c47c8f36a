import type { KeyObject } from 'node:crypto'
import {
  type Order,
  OrderError,
  type OrderRecipient,
  readOrder,
  refuseOrder,
} from '../../report/proof/order.ts'

/**
 * Checks the orders that come on one channel: signed by the app's key, for this probe and channel, and each with a
 * larger number than the one before.
 *
 * @param appKey the public key that the app proved when the channel opened
 * @returns a function that reads the content of a frame; it throws {@link OrderError} for anything else, after which the
 * channel must be closed
 */
export const createOrderReader = (
  recipient: Omit<OrderRecipient, 'lastNumber'>,
  appKey: KeyObject,
): ((content: Uint8Array) => Order) => {
  let lastNumber = 0
  return (content) => {
    const order = readOrder(content, appKey)
    const refusal = refuseOrder(order, { ...recipient, lastNumber })
    if (refusal !== undefined) throw new OrderError(refusal)
    lastNumber = order.number
    return order
  }
}
