import * as z from 'zod'
import { MAX_QUERY_LENGTH } from '../topology/query/language/parse.ts'
import { type EventKind, eventKindSchema, MAX_EVENTS_ANSWERED } from './event.ts'

const wholeNumber = () => z.coerce.number<number>('a whole number').int('a whole number')
const positionSchema = wholeNumber().min(0, 'at least 0')

const q = z
  .exactOptional(z.string().max(MAX_QUERY_LENGTH))
  .describe('Only nodes and edges that the query chooses; docs/queries.md tells its grammar.')

const pause = z
  .exactOptional(z.string().regex(/^(?:\d+(?:\.\d+)?(?:h|ms|m|s|us|µs|ns))+$/))
  .describe('The shortest pause between two frames, such as `5s` or `300ms`; never less than 100 ms.')

/** Query of `GET /api/topology/{view}`, beside the options of the view. */
export const viewQuerySchema = z.object({ q })

/** Query of `GET /api/topology/{view}/ws`, beside the options of the view. */
export const viewSocketQuerySchema = z.object({ q, t: pause })

/** Query of `GET /api/topology/{view}/{id}`, beside the options of the view. */
export const detailsQuerySchema = z.object({
  samples: z
    .exactOptional(z.enum(['5m', '1h']))
    .describe(
      'Each sample of the last five minutes (what you get unless told), or thinned ones of the last hour.',
    ),
})

/** Query of `GET /api/connections`, beside the options of the view. */
export const connectionsQuerySchema = z.object({
  view: z.string().describe('Id of the view that has the edge.'),
  edge: z.string().describe('Id of the edge.'),
})

/** Matches of each view that a search tells, at most. */
const MAX_MATCHES = 100

/** Query of `GET /api/search`, beside the options of views. */
export const searchQuerySchema = z.object({
  q: z.string().default(''),
  limit: wholeNumber()
    .min(1, 'at least 1')
    .max(MAX_MATCHES, `at most ${MAX_MATCHES}`)
    .default(10)
    .describe('Matches of each view, at most.'),
})

/** Query of `GET /api/complete`, beside the options of views. */
export const completeQuerySchema = z.object({
  q: z.string().max(MAX_QUERY_LENGTH, `at most ${MAX_QUERY_LENGTH} characters`).default(''),
  at: z
    .exactOptional(positionSchema)
    .describe('Where in `q` to go on, in UTF-16 units; its end, when it is left out.'),
})

const eventFilter = {
  kind: z
    .exactOptional(
      z.preprocess(
        (given: string | readonly EventKind[]) => (typeof given === 'string' ? given.split(',') : given),
        z.array(eventKindSchema).min(1).max(32),
      ),
    )
    .describe('Only events of these kinds.'),
  node: z.exactOptional(z.string().min(1).max(1024)).describe('Only events that name the node of this id.'),
  limit: wholeNumber()
    .min(1, 'at least 1')
    .max(MAX_EVENTS_ANSWERED, `at most ${MAX_EVENTS_ANSWERED}`)
    .default(100)
    .describe('How many, at most.'),
}

/** Query of `GET /api/events`. */
export const eventsQuerySchema = z.object({
  ...eventFilter,
  before: z
    .exactOptional(positionSchema)
    .describe('Only events before the one of this id: with the last id of an answer, its next page.'),
  after: z.exactOptional(positionSchema).describe('Only events after the one of this id.'),
})

/** Query of `GET /api/events/ws`. */
export const eventsSocketQuerySchema = z.object({
  ...eventFilter,
  limit: eventFilter.limit.describe('How many the first frame has, at most.'),
  t: pause,
})
