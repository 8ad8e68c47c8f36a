import * as z from 'zod'
import { eventKindSchema, MAX_EVENTS_ANSWERED } from './event.ts'

const eventId = z.coerce.number().int().min(0)

const filter = {
  kind: z
    .exactOptional(
      z.preprocess(
        (text) => (typeof text === 'string' ? text.split(',') : text),
        z.array(eventKindSchema).min(1).max(32),
      ),
    )
    .describe('Only events of these kinds.'),
  node: z.exactOptional(z.string().min(1).max(1024)).describe('Only events that name the node of this id.'),
  limit: z
    .exactOptional(z.coerce.number().int().min(1).max(MAX_EVENTS_ANSWERED))
    .describe('How many at most; 100 unless told otherwise.'),
}

/** Query of `GET /api/events`. */
export const eventsQuerySchema = z.object({
  ...filter,
  before: z
    .exactOptional(eventId)
    .describe('Only events before the one of this id: with the last id of an answer, its next page.'),
  after: z.exactOptional(eventId).describe('Only events after the one of this id.'),
})

/** Query of `GET /api/events/ws`. */
export const eventsSocketQuerySchema = z.object({ ...filter })
