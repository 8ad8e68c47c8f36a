import { createRoute, z } from '@hono/zod-openapi'
import { auditDocumentSchema, MAX_AUDIT_ENTRIES_ANSWERED } from '../audit.ts'
import { answers, needs } from './entry/operation.ts'
import { wholeNumber } from './entry/parameters.ts'

export const audit = createRoute({
  ...needs('audit:read'),
  method: 'get',
  path: '/api/audit',
  summary: 'Who signed in, who was refused, and who did what, newest first',
  request: {
    query: z.object({
      limit: wholeNumber(1, MAX_AUDIT_ENTRIES_ANSWERED).default(100).describe('How many, at most.'),
    }),
  },
  responses: answers('The newest entries.', auditDocumentSchema),
})
