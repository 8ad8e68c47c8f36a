import { createRoute, z } from '@hono/zod-openapi'
import { findingsDocumentSchema, findingsFrameSchema } from '../finding.ts'
import { ifNoneMatch, needs, socket, taggedAnswers } from './entry/operation.ts'
import { noParameters, t } from './entry/parameters.ts'

export const findings = createRoute({
  ...needs('event:read'),
  method: 'get',
  path: '/api/findings',
  summary: 'What is not well just now, worst first',
  request: { query: noParameters, headers: ifNoneMatch },
  responses: taggedAnswers('The findings.', findingsDocumentSchema),
})

export const findingsSocket = createRoute({
  ...needs('event:read'),
  method: 'get',
  path: '/api/findings/ws',
  summary: 'What is not well just now, and how that changes',
  request: { query: z.object({ t }) },
  ...socket(findingsFrameSchema),
})
