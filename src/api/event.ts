import * as z from 'zod'

/** What an event can be about. */
export const eventKinds = [
  'appeared',
  'gone',
  'restarted',
  'replaced',
  'healthy',
  'unhealthy',
  'paused',
  'unpaused',
  'oom-killed',
  'edge-new',
  'edge-failing',
  'probe-joined',
  'probe-lost',
  'control-used',
  'signed-in',
  'access-refused',
  'user-changed',
] as const

export const eventKindSchema = z.enum(eventKinds).meta({
  id: 'EventKind',
  description:
    '`appeared`, `gone`, `restarted`: containers, and programs outside of containers that listen. `replaced`: a container, by ' +
    'one of another image. `healthy`, `unhealthy`, `paused`, `unpaused`: containers. `oom-killed`: the kernel killed a process ' +
    'of a container for want of memory. `edge-new`: the first ' +
    'connection between two nodes. `edge-failing`: connections began to fail; told again only after they worked for a ' +
    'while. `probe-joined`, `probe-lost`: a probe with all that it watches. `control-used`: somebody acted on a node, but for reading its logs. ' +
    '`signed-in`: somebody signed in. `access-refused`: many sign-ins were refused. `user-changed`: a user was added, removed or ' +
    'changed.',
})

/** What an event is about. */
export type EventKind = z.infer<typeof eventKindSchema>

export const eventNodeSchema = z
  .object({
    id: z.string(),
    label: z.string(),
    topology: z.enum(['host', 'process', 'container', 'container_image', 'pseudo']),
    view: z.string().describe('Id of the view to open to see it.'),
  })
  .readonly()
  .meta({ id: 'EventNode', description: 'A node that an event names; it may be gone by now.' })

/** A node that an event names; it may be gone by now. */
export type EventNode = z.infer<typeof eventNodeSchema>

export const eventEdgeSchema = z
  .object({
    id: z.string().describe('Id of the edge in the view of its two nodes.'),
    source: z.string().describe('Node id of the side that opens connections.'),
    target: z.string(),
    port: z.int().describe('Server port of the connection that made the event.'),
  })
  .readonly()
  .meta({ id: 'EventEdge', description: 'The edge that an event is about.' })

/** The edge that an event is about. */
export type EventEdge = z.infer<typeof eventEdgeSchema>

export const mapEventSchema = z
  .object({
    id: z.int().min(1).describe('Increases by one from event to event, from 1 at the start of the app.'),
    at: z.iso
      .datetime()
      .describe(
        "When it happened, on the app's clock. What must settle first is told some seconds later than that.",
      ),
    kind: eventKindSchema,
    text: z.string().describe('In plain words.'),
    nodes: z
      .array(eventNodeSchema)
      .readonly()
      .describe(
        'What it happened to, at most 16; for an edge its source and target; none where it is no part of the map.',
      ),
    edge: z.exactOptional(eventEdgeSchema),
    count: z
      .exactOptional(z.int().min(2))
      .describe('Of many alike at one moment there is one event: how many it stands for.'),
  })
  .readonly()
  .meta({ id: 'Event', description: 'Something that happened on the map.' })

/** Something that happened on the map. */
export type MapEvent = z.infer<typeof mapEventSchema>

/** Events answered at a time, at most. */
export const MAX_EVENTS_ANSWERED = 1000

/** Events kept. */
export const MAX_EVENTS_KEPT = 10_000

export const eventsDocumentSchema = z
  .object({
    events: z.array(mapEventSchema).readonly().describe('Newest first.'),
    more: z.boolean().describe('There are older ones that fit what was asked.'),
    lastId: z.int().min(0).describe('Id of the newest event there is; 0 before the first.'),
  })
  .readonly()
  .meta({
    id: 'EventsDocument',
    description: `What happened: of the last ${MAX_EVENTS_KEPT} events those that were asked for.`,
  })

/** `GET /api/events` */
export type EventsDocument = z.infer<typeof eventsDocumentSchema>

export const eventsFrameSchema = z
  .object({
    events: z.array(mapEventSchema).readonly().describe('Newest first.'),
    reset: z.exactOptional(z.literal(true)).describe('Forget what came before.'),
  })
  .readonly()
  .meta({
    id: 'EventsFrame',
    description:
      'A frame of the socket of events: those since the frame before. One without events comes every 5 s while nothing ' +
      'happens, or every `t` where that is longer, so that a reader can tell a quiet map from a lost connection.',
  })

/** Text frame of `GET /api/events/ws`. */
export type EventsFrame = z.infer<typeof eventsFrameSchema>
