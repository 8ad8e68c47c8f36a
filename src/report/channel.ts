import * as z from 'zod'
import { defaultLimits } from './limits.ts'

/**
 * Path of the channel on which the app gives a probe orders: a WebSocket that the probe opens, because the app may be
 * unable to connect to the probe. When it opens, the probe proves itself as it does for a report (see `proof.ts`; `seq`
 * counts the channels of one epoch), and the app proves the key of its own (see `app-proof.ts`). Both agree on keys that
 * seal every frame (see `channel-keys.ts` and `frame-seal.ts`; what is inside, `src/channel/frames.ts`). The app sends orders,
 * each signed by its key (see `order.ts`); the probe answers each by its number, in any order, as JSON. An order may open a
 * stream beside its answer, which then has the number of the order (see `src/channel/mux.ts`).
 */
export const CHANNEL_PATH = '/api/probe/ws'

/** Limits that both ends of a channel keep to. */
export const channelLimits = {
  /** Largest frame, sealed. */
  frameBytes: 1024 * 1024,
  /** Orders to read something that a probe handles at the same time. */
  concurrentReadings: 4,
  /** From request to answer of a reading, including the time spent in the queue. */
  readingTimeoutMs: 3000,
  /** Uses of controls that a probe handles at the same time, until they are answered. */
  concurrentControls: 16,
  /** How much longer than the probe the app waits for the answer of a control. */
  answerGraceMs: 5000,
  /** Streams that are open at the same time. */
  concurrentStreams: 256,
  /**
   * How often the app sends a ping. The app drops a probe that has neither answered one ping by the next nor sent anything meanwhile; the probe gives
   * up after two and a half intervals of silence.
   */
  pingIntervalMs: 10_000,
} as const

const { nameLength, valueLength, connections } = defaultLimits

const id = z.string().min(1).max(nameLength)
const count = z.int().min(0)
const port = z.int().min(0).max(65535)
/** The number of the order that is answered. */
const orderNumber = z.int().min(1)

export const answerSchema = z.union([
  z.strictObject({
    id: orderNumber,
    result: z.unknown(),
    /** A stream of this number is open from now on. */
    opened: z.exactOptional(z.literal(true)),
  }),
  z.strictObject({
    id: orderNumber,
    error: z.strictObject({
      /**
       * For programs: `unknown_method`, `unknown_control`, `unknown_node`, `invalid_params`, `invalid_order`, `not_allowed`,
       * `not_offered`, `busy`, `timeout`, `cancelled`, `failed`, `too_large`, or one of a control's own.
       */
      code: z.string().min(1).max(64),
      message: z.string().max(valueLength),
    }),
  }),
])

/** A probe's answer: a result or an error; `id` is the number of the order. */
export type ChannelAnswer = z.infer<typeof answerSchema>

/**
 * The method `report`: numbers are wanted now, since somebody begins to look. It has no parameters, and its result is null: the probe
 * ends its rest and reports, unless it has just done so. A probe of an earlier version answers `unknown_method`, and rests on.
 */
export const REPORT_METHOD = 'report'

/** Most single connections in one answer. Rule 14 of the model. */
export const MAX_SINGLE_CONNECTIONS = 500

export const connectionsParamsSchema = z.strictObject({
  /** Ids of connection records of the probe's current epoch. */
  records: z.array(id).max(connections),
  limit: z.int().min(1).max(MAX_SINGLE_CONNECTIONS),
})

/** Parameters of the method `connections`. */
export type ConnectionsParams = z.infer<typeof connectionsParamsSchema>

export const connectionEndSchema = z
  .strictObject({
    /** Process node id; absent when the probe does not see the process. */
    process: z.exactOptional(id),
    ip: z.union([z.ipv4(), z.ipv6()]),
    port,
  })
  .readonly()

/** One end of a single connection. */
export type ConnectionEnd = z.infer<typeof connectionEndSchema>

export const singleConnectionSchema = z
  .strictObject({
    client: connectionEndSchema,
    server: connectionEndSchema,
    /** Name that the client resolved to this address before it connected. */
    serverName: z.exactOptional(z.string().max(nameLength)),
    state: z.enum(['open', 'closed']),
    /** Time since the connection was opened or, if it is older than the probe, since the probe found it. */
    ageMs: z.number().min(0),
    /** Payload bytes from client to server. */
    bytesSent: count,
    bytesReceived: count,
    retransmits: count,
    /** Minimum round-trip time over the last five minutes. */
    rttUs: z.exactOptional(count),
    /** Smoothed round-trip time; includes the peer's delayed acknowledgements. */
    smoothedRttUs: z.exactOptional(count),
    /** Duration of the handshake; absent when the probe did not see the client connect. */
    connectUs: z.exactOptional(count),
  })
  .readonly()

/** A single connection, as the probe that sees it reports it on request. */
export type SingleConnection = z.infer<typeof singleConnectionSchema>

export const connectionsResultSchema = z.strictObject({
  /** Newest first. */
  connections: z.array(singleConnectionSchema).max(MAX_SINGLE_CONNECTIONS).readonly(),
  /** Total number of matching connections; `connections` holds the newest of them. */
  total: count,
})

/** Result of the method `connections`: the connections behind the requested records. */
export type ConnectionsResult = z.infer<typeof connectionsResultSchema>
