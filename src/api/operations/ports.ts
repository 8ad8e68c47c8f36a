import { createRoute, z } from '@hono/zod-openapi'
import { MAX_PORTS } from '../limits.ts'
import { portsDocumentSchema } from '../map/ports.ts'
import { ifNoneMatch, needs, taggedAnswers } from './entry/operation.ts'
import { q, wholeNumber } from './entry/parameters.ts'

export const ports = createRoute({
  ...needs('view:read'),
  method: 'get',
  path: '/api/ports',
  summary: 'Where the processes of all hosts wait for connections, and what use was made of it',
  request: {
    query: z.object({
      q: q.describe(
        'Only ports that the query chooses: `listen`, `used` and `reachable` ask of the port itself, all else of the process that ' +
          'listens or the container that it is in. docs/queries.md tells its grammar.',
      ),
      limit: wholeNumber(1, MAX_PORTS).default(1000).describe('How many, at most.'),
    }),
    headers: ifNoneMatch,
  },
  responses: taggedAnswers('The ports.', portsDocumentSchema),
})
