import { type KeyObject, sign, verify } from 'node:crypto'
import * as z from 'zod'
import { defaultLimits } from '../limits.ts'

/** Most characters of the name of a person. */
export const MAX_PERSON_LENGTH = defaultLimits.nameLength

const hex16 = z.string().regex(/^[0-9a-f]{16}$/)
const whole = z.int().min(1)

/** An order as its bytes spell it. The first two entries tell it from all else that the app's key signs. */
const wireSchema = z.tuple([
  z.literal('scope-order'),
  z.literal(1),
  hex16,
  hex16,
  whole,
  whole,
  z.string().min(1).max(MAX_PERSON_LENGTH),
  z.string().min(1).max(64),
  z.unknown(),
])

/**
 * What an app asks a probe to do: read something, or a control. It is worth something only to this probe, on this channel,
 * once.
 */
export interface Order {
  /** The probe that is to do it, and its epoch: 16 hex digits each. */
  readonly probeId: string
  readonly epoch: string
  /** Number of the channel within the epoch; the probe chose it when it opened the channel. */
  readonly channel: number
  /** Number of the order on its channel, larger than that of each order before. The answer names it. */
  readonly number: number
  /** Who asks: the name that the app knows the person by, as in its audit log. */
  readonly person: string
  readonly method: string
  /** JSON. */
  readonly params: unknown
}

/** Thrown for bytes that are no order of the app. */
export class OrderError extends Error {
  override readonly name = 'OrderError'
}

const SIGNATURE_BYTES = 64

/** The bytes of an order, which the app signs: a JSON array in UTF-8. The same order always has the same bytes. */
export const encodeOrder = (order: Order): Buffer => {
  const { probeId, epoch, channel, number, person, method, params } = order
  return Buffer.from(
    JSON.stringify(['scope-order', 1, probeId, epoch, channel, number, person, method, params ?? null]),
  )
}

/**
 * Signs an order.
 *
 * @param appKey the app's Ed25519 private key
 * @returns the signature (64 bytes), then the bytes of the order: the content of one frame
 */
export const signOrder = (order: Order, appKey: KeyObject): Buffer => {
  const bytes = encodeOrder(order)
  return Buffer.concat([sign(null, bytes, appKey), bytes])
}

/**
 * Reads what {@link signOrder} made. The signature is checked before anything is parsed.
 *
 * @param appKey the public key of the app
 * @throws {OrderError}
 */
export const readOrder = (signed: Uint8Array, appKey: KeyObject): Order => {
  const bytes = signed.subarray(SIGNATURE_BYTES)
  if (bytes.length === 0 || !verify(null, bytes, appKey, signed.subarray(0, SIGNATURE_BYTES)))
    throw new OrderError("an order is not signed by the app's key")
  let json: unknown
  try {
    json = JSON.parse(Buffer.from(bytes).toString())
  } catch (cause) {
    throw new OrderError('an order is no JSON', { cause })
  }
  const { success, data, error } = wireSchema.safeParse(json)
  if (!success)
    throw new OrderError(`an order is not as expected: ${z.prettifyError(error)}`, { cause: error })
  const [, , probeId, epoch, channel, number, person, method, params] = data
  return { probeId, epoch, channel, number, person, method, params }
}

/** The probe's end of a channel, for which an order must be. */
export interface OrderRecipient {
  readonly probeId: string
  readonly epoch: string
  readonly channel: number
  /** Number of the last order on this channel; 0 before the first. */
  readonly lastNumber: number
}

/**
 * Decides whether a signed order is for this probe and channel, and new.
 *
 * @returns why it is refused; undefined when it is not
 */
export const refuseOrder = (order: Order, recipient: OrderRecipient): string | undefined => {
  if (order.probeId !== recipient.probeId)
    return `the order is for the probe ${order.probeId}, not for ${recipient.probeId}`
  if (order.epoch !== recipient.epoch) return `the order is for another start of this probe, ${order.epoch}`
  if (order.channel !== recipient.channel)
    return `the order is for channel ${order.channel}, not for channel ${recipient.channel}`
  if (order.number <= recipient.lastNumber)
    return `order ${order.number} comes after order ${recipient.lastNumber}`
  return undefined
}
