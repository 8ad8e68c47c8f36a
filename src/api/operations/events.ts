import { createRoute, z } from '@hono/zod-openapi'
import {
  type EventKind,
  eventKindSchema,
  eventsDocumentSchema,
  eventsFrameSchema,
  MAX_EVENTS_ANSWERED,
} from '../event.ts'
import { ifNoneMatch, needs, socket, taggedAnswers } from './entry/operation.ts'
import { t, wholeNumber } from './entry/parameters.ts'

const limit = wholeNumber(1, MAX_EVENTS_ANSWERED).default(100)

const filter = {
  kind: z
    .preprocess(
      (given: string | readonly EventKind[] | undefined) =>
        typeof given === 'string' ? given.split(',') : given,
      z.array(eventKindSchema).min(1).max(32).optional(),
    )
    .describe('Only events of these kinds.')
    .openapi({ param: { style: 'form', explode: false } }),
  node: z.string().min(1).max(1024).optional().describe('Only events that name the node of this id.'),
}

export const events = createRoute({
  ...needs('event:read'),
  method: 'get',
  path: '/api/events',
  summary: 'What happened, newest first',
  request: {
    query: z.object({
      ...filter,
      limit: limit.describe('How many, at most.'),
      before: wholeNumber(0)
        .optional()
        .describe('Only events before the one of this id: with the last id of an answer, its next page.'),
      after: wholeNumber(0).optional().describe('Only events after the one of this id.'),
    }),
    headers: ifNoneMatch,
  },
  responses: taggedAnswers('The events.', eventsDocumentSchema),
})

export const eventsSocket = createRoute({
  ...needs('event:read'),
  method: 'get',
  path: '/api/events/ws',
  summary: 'What happened lately, then what happens',
  request: {
    query: z.object({ ...filter, limit: limit.describe('How many the first frame has, at most.'), t }),
  },
  ...socket(eventsFrameSchema),
})
