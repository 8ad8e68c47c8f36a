import { createRoute, z } from '@hono/zod-openapi'
import { MAX_MATCHES, MAX_QUERY_LENGTH } from '../limits.ts'
import { completionDocumentSchema, searchDocumentSchema } from '../map/query.ts'
import { answers, ifNoneMatch, needs, taggedAnswers } from './entry/operation.ts'
import { viewOptions, wholeNumber } from './entry/parameters.ts'

export const search = createRoute({
  ...needs('view:read'),
  method: 'get',
  path: '/api/search',
  summary: 'What a query finds over all views',
  request: {
    query: z.object({
      q: z.string().default('').describe('The query; docs/queries.md tells its grammar.'),
      limit: wholeNumber(1, MAX_MATCHES).default(10).describe('Matches of each view, at most.'),
      ...viewOptions,
    }),
    headers: ifNoneMatch,
  },
  responses: taggedAnswers('What was found.', searchDocumentSchema),
})

export const complete = createRoute({
  ...needs('view:read'),
  method: 'get',
  path: '/api/complete',
  summary: 'How a query can go on',
  request: {
    query: z.object({
      q: z.string().max(MAX_QUERY_LENGTH, `at most ${MAX_QUERY_LENGTH} characters`).default(''),
      at: wholeNumber(0)
        .optional()
        .describe('Where in `q` to go on, in UTF-16 units; its end, when it is left out.'),
      ...viewOptions,
    }),
  },
  responses: answers('Ways to go on.', completionDocumentSchema),
})
