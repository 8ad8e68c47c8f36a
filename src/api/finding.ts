import * as z from 'zod'
import { eventEdgeSchema, eventNodeSchema } from './event.ts'

/** Kinds of findings that say that something fails, worst first; the others are warnings. */
export const failingKinds = [
  'probe-lost',
  'restart-loop',
  'out-of-ports',
  'refused',
  'timed-out',
  'unreachable',
  'failing',
  'oom-killed',
  'unhealthy',
] as const

/** What a finding can be about, worst first. */
export const findingKinds = [
  ...failingKinds,
  'restarted',
  'memory-limit',
  'cpu-limit',
  'slow',
  'probe-partial',
  'clock-skew',
] as const

export const findingKindSchema = z.enum(findingKinds).meta({
  id: 'FindingKind',
  description:
    '`refused`, `timed-out`, `unreachable`, `out-of-ports`, `failing` (any other reason): connections of an edge come to nothing. ' +
    '`restart-loop`, `restarted`, `oom-killed`, `unhealthy`, `cpu-limit`, `memory-limit`: a container. `slow`: an edge, against its ' +
    'own last hour. `probe-lost`, `probe-partial`, `clock-skew`: a probe that fell silent, sees less than all, or whose clock is wrong.',
})

/** What a finding is about. */
export type FindingKind = z.infer<typeof findingKindSchema>

/** Findings told at a time, at most: the worst ones. */
export const MAX_FINDINGS = 100

export const findingSchema = z
  .object({
    id: z.string().describe('Opaque; the same while the finding lasts.'),
    kind: findingKindSchema,
    severity: z.enum(['fail', 'warn']).describe('`fail`: something does not work; `warn`: it soon may not.'),
    text: z.string().describe('In plain words.'),
    since: z.iso.datetime().describe("Since when it is so, as far as the app saw, on the app's clock."),
    ended: z
      .exactOptional(z.iso.datetime())
      .describe('When it was over: what has ended is told for a short while, then no longer.'),
    perMinute: z.exactOptional(z.int().min(1)).describe('Failed connections in the last minute.'),
    nodes: z
      .array(eventNodeSchema)
      .readonly()
      .describe('What it is about; for an edge its source and target.'),
    edge: z.exactOptional(eventEdgeSchema),
  })
  .readonly()
  .meta({ id: 'Finding', description: 'Something on the map that is not well just now.' })

/** Something on the map that is not well just now. */
export type Finding = z.infer<typeof findingSchema>

export const findingsDocumentSchema = z
  .object({
    findings: z.array(findingSchema).readonly().describe(`Worst first, at most ${MAX_FINDINGS}.`),
    total: z.int().min(0).describe('How many there are, also of those that are not told.'),
  })
  .readonly()
  .meta({ id: 'FindingsDocument', description: 'What is not well just now.' })

/** `GET /api/findings` */
export type FindingsDocument = z.infer<typeof findingsDocumentSchema>

export const findingsFrameSchema = z
  .object({
    findings: z
      .exactOptional(z.array(findingSchema).readonly())
      .describe('All of them, worst first; absent when nothing has changed since the frame before.'),
    total: z.exactOptional(z.int().min(0)),
    reset: z.exactOptional(z.literal(true)).describe('It is the first frame.'),
  })
  .readonly()
  .meta({
    id: 'FindingsFrame',
    description:
      'A frame of the socket of findings: all of them, whenever something has changed. An empty one comes as on the socket of events.',
  })

/** Text frame of `GET /api/findings/ws`. */
export type FindingsFrame = z.infer<typeof findingsFrameSchema>
